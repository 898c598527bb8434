"""What goes over the wire to the engine and back: FastAGI, the manager interface, headers, copies of SIP messages."""
