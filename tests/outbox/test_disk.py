"""Whoever runs the installation is mailed before its disk is full."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import settings

from centralka.outbox.disk import DiskMail
from centralka.outbox.letters import letter_of
from centralka.store.models import Mail
from tests import cast

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def looks(free: int, *minutes: int) -> list[str]:
    """To whom is mailed when so many MB are free at each look."""
    disk = DiskMail(lambda _folder: free)
    for minute in minutes:
        disk.look(NOW + timedelta(minutes=minute))
    return list(Mail.objects.order_by("pk").values_list("to", flat=True))


@pytest.mark.django_db
def test_the_operator_is_told_once_a_day() -> None:
    olga = cast.olga_the_operator()
    assert looks(100, 0, 1, 60) == [olga.email]
    assert looks(100, 24 * 60) == [olga.email, olga.email]


@pytest.mark.django_db
def test_nobody_is_told_while_there_is_room(kwiaty: cast.Company) -> None:
    cast.olga_the_operator()
    assert looks(settings.DISK_WARN_MB, 0, 1) == []


@pytest.mark.django_db
def test_a_disk_that_fills_up_between_two_looks_is_seen() -> None:
    cast.olga_the_operator()
    free = iter([9000, 10])
    disk = DiskMail(lambda _folder: next(free))
    for seconds in (0, 30, 61):
        disk.look(NOW + timedelta(seconds=seconds))
    assert Mail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject"), [("en", "The disk of Centralka fills up"), ("pl", "Kończy się miejsce na dysku Centralki")]
)
def test_the_letter_names_the_disk(language: str, subject: str) -> None:
    cast.olga_the_operator()
    looks(10, 0)
    mail = Mail.objects.get()
    mail.language = language
    letter = message_from_bytes(letter_of(mail).content, policy=policy.default)
    plain = letter.get_body(("plain",))
    assert letter["Subject"] == subject
    assert plain is not None
    assert str(settings.HOME) in plain.get_content()
