"""Many SIP accounts at once, straight into the database of the `CENTRALKA_HOME` in the environment.

python -m bench.accounts 10000 [--mailboxes]
"""

import os
import sys
from pathlib import Path

import django

FIRST_EXTENSION = 20000
PASSWORD = "Zielony-Rower-77"
"""The password of every account."""
_AT_ONCE = 2000


def login(number: int) -> str:
    """Return the login of the account `number`, from 0."""
    return f"demo_{extension(number)}"


def logins(first: int, count: int) -> list[str]:
    """Return the logins of so many accounts, from `first` on."""
    return [login(number) for number in range(first, first + count)]


def extension(number: int) -> str:
    """Return the extension of the account `number`."""
    return str(FIRST_EXTENSION + number)


def environment(home: Path) -> dict[str, str]:
    """Return the environment in which this program runs for an installation that has never been started."""
    return {**os.environ, "CENTRALKA_HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def add(count: int, *, mailboxes: bool) -> None:
    """Make accounts 0 to `count` - 1 for the tenant `demo`, which is made if need be; on wish each has a mailbox."""
    from centralka.actions.account.passwords import digest_of
    from centralka.start.database import prepare_database
    from centralka.store.models import SipAccount, Tenant

    prepare_database()
    tenant, _made = Tenant.objects.get_or_create(slug="demo", defaults={"name": "Firma Demo"})
    accounts = [
        SipAccount(
            tenant=tenant,
            extension=extension(number),
            login=login(number),
            name=f"Numer {number}",
            password_digest=digest_of(login(number), PASSWORD),
            voicemail_enabled=mailboxes,
        )
        for number in range(count)
    ]
    SipAccount.objects.bulk_create(accounts, batch_size=_AT_ONCE)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    add(int(sys.argv[1]), mailboxes="--mailboxes" in sys.argv)
