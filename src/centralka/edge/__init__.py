"""The front door: Kamailio, configured and started."""
