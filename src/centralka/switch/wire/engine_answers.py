"""How a question to the engine can fail, over whichever of its doors."""

PATIENCE = 10.0
"""Seconds for an answer; the engine gives it in milliseconds."""


class EngineAway(Exception):
    """The engine is not there, or does not answer; ask again later."""


class Refused(Exception):
    """The engine understood, and would not: most often since the channel is gone."""
