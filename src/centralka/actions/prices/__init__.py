"""Prices: lists of them with their revisions, and what SIP accounts cost."""
