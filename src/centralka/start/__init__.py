"""What a start needs, of the exchange and of the sandbox carrier alike."""
