"""Centralka: the open, self-hosted phone exchange."""

__version__ = "0.12.0"
