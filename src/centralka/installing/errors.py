"""Why it cannot be installed."""


class CannotInstall(Exception):
    """One sentence for the person at the terminal; nothing was changed."""
