"""Programs that a test starts end with it, also when the test run itself is killed."""

from collections.abc import Sequence


def ending_with_us(command: Sequence[str]) -> list[str]:
    """The command, sent SIGTERM when the process that starts it dies (prctl(2), PR_SET_PDEATHSIG)."""
    return ["setpriv", "--pdeathsig", "TERM", "--", *command]
