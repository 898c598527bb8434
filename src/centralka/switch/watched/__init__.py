"""Lamps that phones asked for: of their own mailbox, and of what a colleague's phone does."""
