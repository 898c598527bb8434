"""Means to start the exchange and the sandbox carrier alike."""
