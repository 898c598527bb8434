"""One code, sent twice at the same moment, is taken once."""

from datetime import datetime
from time import sleep

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils import timezone

from centralka.actions.second_factor import codes, own
from centralka.store.models import Person
from tests import cast
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = b"12345678901234567890"
AT_ONCE = 4


@pytest.fixture
def alicja() -> Person:
    person = cast.alicjas_company().owner.person
    assert person
    now = timezone.now()
    own.add_app(person, SECRET, _code(now.timestamp() - 30), now)
    return person


def _code(moment: float) -> str:
    return TOTP(SECRET, 6, SHA1(), 30).generate(int(moment)).decode()


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_that_comes_more_than_once_at_the_same_moment_is_taken_once(
    kind: str, alicja: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(secret: bytes, code: str, now: datetime) -> int | None:
        sleep(0.05)  # so that without a lock all of them look before one writes
        return step_of(secret, code, now)

    now, step_of = timezone.now(), codes.step_of
    monkeypatch.setattr(codes, "step_of", slow)
    code = _code(now.timestamp()) if kind == "app" else codes.new_recovery_codes(alicja)[0]
    taken = at_once(*[lambda: codes.take_code(alicja, code, now) is not None] * AT_ONCE)
    assert sorted(taken) == [False] * (AT_ONCE - 1) + [True]
