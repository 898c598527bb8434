"""The edge to the engine: FastAGI, AMI, the journal, and the engine itself."""
