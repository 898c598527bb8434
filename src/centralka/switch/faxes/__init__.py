"""Faxes that this engine receives: noted before the first page, kept when they are over, whatever died meanwhile."""
