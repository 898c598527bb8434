"""Why something cannot be started."""


class CannotStart(Exception):
    """One sentence that tells the person at the terminal what is in the way."""
