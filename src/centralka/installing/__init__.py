"""`centralka install`: this copy of Centralka as a service of the machine, started by systemd as a user of its own."""
