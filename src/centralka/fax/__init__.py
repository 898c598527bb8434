"""Faxes: what the engine receives (TIFF) made into what people read, and what people upload into what it sends."""
