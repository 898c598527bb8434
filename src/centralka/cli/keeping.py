"""Commands about what is kept: backups, certificates, what is known of a call or a person.

Each is given what was typed.
"""

import argparse
from datetime import UTC, datetime

from .ends import fail, open_tables, refusals


def backup_command(given: argparse.Namespace) -> None:
    from centralka.backups.errors import BackupFailed
    from centralka.backups.making import make_backup

    try:
        made = make_backup(given.file.absolute())
    except BackupFailed as problem:
        fail(str(problem))
    print(
        f"{given.file}: {len(made.files)} files, {made.size // 1024} KB before packing. It holds secrets: keep it safe."
    )


def restore_command(given: argparse.Namespace) -> None:
    from centralka.backups.errors import BackupFailed
    from centralka.backups.restoring import restore_backup

    try:
        found = restore_backup(given.file.absolute())
    except BackupFailed as problem:
        fail(str(problem))
    print(f"The backup of {found.made_at} (Centralka {found.centralka}) is restored. `centralka run` starts it.")


def check_command(given: argparse.Namespace) -> None:
    from centralka.checking import check

    raise SystemExit(check(print))


def order_certificate_command(_given: argparse.Namespace) -> None:
    from centralka.certificates.acme.errors import CannotObtain
    from centralka.certificates.source import obtaining

    wanted = obtaining()
    if wanted is None:
        fail("No authority is set: CENTRALKA_ACME.")
    try:
        ours = wanted.obtain(datetime.now(UTC))
    except CannotObtain as problem:
        fail(f"No certificate for {wanted.name} was obtained: {problem}")
    if not ours:
        fail("The worker is ordering one at this moment.")
    print(f"{wanted.certificate}: a certificate for {wanted.name}. Phones are shown it within seconds.")


def call_log_command(given: argparse.Namespace) -> None:
    from django.db import DatabaseError

    from centralka.call_log import NoSuchCall, call_log, redaction_of

    try:
        found = call_log(given.call)
        redaction = redaction_of(given.call) if given.redacted else None
    except NoSuchCall:
        fail(f"Nothing is known of a call {given.call}.")
    except (OSError, DatabaseError) as problem:
        fail(f"The call could not be looked for: {problem}")
    for line in found:
        print(redaction.of(str(line)) if redaction else line)


def personal_data_command(given: argparse.Namespace) -> None:
    import json

    from centralka.actions import personal_data
    from centralka.store.models import Tenant

    open_tables()
    tenant = Tenant.objects.filter(slug=given.slug, closed_at__isnull=True).first()
    if tenant is None:
        fail("There is no such company.")
    with refusals():
        found = personal_data.person(tenant, given.who)
        told = personal_data.erase(found).as_data() if given.erase else personal_data.export(found)
    print(json.dumps(told, indent=1, ensure_ascii=False, default=str))


def engines_command(given: argparse.Namespace) -> None:
    from centralka.store.edge import engines, forget_engine

    if given.forget and not forget_engine(given.forget):
        fail(f"There is no engine {given.forget}.")
    for node, address in engines():
        print(f"{node}\t{address}")
