"""The protocols to the engine and back: FastAGI, the manager interface, headers, copies of SIP messages."""
