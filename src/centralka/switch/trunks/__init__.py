"""Trunks: what edge and engine are told of them, and whether the carriers answer and have us registered."""
