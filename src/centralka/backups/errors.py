"""Why there is no backup, or why nothing was restored."""


class BackupFailed(Exception):
    """One sentence for the person at the terminal; nothing half done is left behind."""
