"""Print every figure as a table for the README (`make bench`); `python -m bench NAME…`: only calls, registrations …"""

import os
import sys
import time
from collections.abc import Callable

import django

FIGURES = (
    *("calls", "outside", "registrations", "changes", "many"),
    *("starts", "prices", "pages", "faxes", "messages", "monitoring", "encryption"),
)
ACCOUNTS = 10_000


def main(names: list[str]) -> int:
    """Print the table. Exit code 2 for an unknown name."""
    if unknown := set(names) - set(FIGURES):
        print(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    _measure([name for name in FIGURES if name in names or not names])
    return 0


def _measure(names: list[str]) -> None:
    from . import (
        calls,
        changes,
        encryption,
        faxes,
        many_accounts,
        messages,
        monitoring,
        outside,
        pages,
        prices,
        registrations,
        starts,
    )
    from .exchanges import Shipped
    from .figure import Figure, table
    from .machine import described

    machine = described()
    begun = time.monotonic()
    figures: list[Figure] = []
    running: dict[str, Callable[[Shipped, int], list[Figure]]] = {
        "calls": calls.measure,
        "outside": outside.measure,
        "registrations": registrations.measure,
        "changes": changes.measure,
    }
    by_themselves: dict[str, Callable[[], list[Figure]]] = {
        "many": many_accounts.measure,
        "starts": starts.measure,
        "prices": prices.measure,
        "pages": pages.measure,
        "faxes": faxes.measure,
        "messages": messages.measure,
        "monitoring": monitoring.measure,
    }
    try:
        if set(names) & set(running):
            _say(f"starting an installation with {ACCOUNTS} accounts")
            with Shipped(ACCOUNTS) as shipped:
                for name in [name for name in running if name in names]:
                    _say(name)
                    figures += running[name](shipped, ACCOUNTS)
        for name, measure in by_themselves.items():
            if name in names:
                _say(name)
                figures += measure()
        if "encryption" in names:
            _say("encryption")
            figures += encryption.measure()
    finally:
        # Also what was measured before something failed: some of it takes ten minutes.
        print(f"{table(figures)}\n\n{machine} The measurement took {time.monotonic() - begun:.0f} s.")


def _say(what: str) -> None:
    print(f"bench: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
