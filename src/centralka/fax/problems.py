"""Problems of a file that is to be faxed."""

from enum import StrEnum


class FileProblem(StrEnum):
    """Why it cannot be faxed; `actions.fax_documents` puts it into words."""

    EMPTY = "empty"
    """Nothing is in it."""
    TOO_BIG = "too_big"
    """More bytes than are read."""
    UNKNOWN = "unknown"
    """Neither PDF nor JPEG nor PNG."""
    ENCRYPTED = "encrypted"
    """It asks for a password."""
    BROKEN = "broken"
    """It cannot be read, or has no page."""
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LARGE = "too_large"
    """Its pictures have too many pixels, or take too much memory."""
    TOO_LONG = "too_long"
    """Drawing it takes too much time."""


class BadFile(Exception):
    """The file cannot be faxed."""

    def __init__(self, problem: FileProblem) -> None:
        self.problem = problem
        super().__init__(problem)
