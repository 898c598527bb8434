"""Asking running processes whether they do their work: a process that is stuck looks alive to the system."""
