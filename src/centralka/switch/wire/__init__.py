"""The protocols to the engine and the edge, and back: FastAGI, ARI, the console, headers, SIP messages."""
