"""Passwords of SIP accounts."""

import hashlib

from centralka.actions.account.passwords import digest_of, generate_password, password_problems


def test_a_generated_password_is_always_good_and_never_the_same() -> None:
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) == 16
        assert password_problems(password, related=("kwiaty_100", "100", "Sekretariat")) == []


def test_the_digest_is_the_one_of_sip() -> None:
    """HA1 = MD5(username ":" realm ":" password), RFC 2617 section 3.2.2.2."""
    assert digest_of("kwiaty_100", "secret") == hashlib.md5(b"kwiaty_100:centralka:secret").hexdigest()


def test_a_short_name_does_not_forbid_its_letters() -> None:
    assert password_problems("Xkf4Bm9QpLz2", related=("B",)) == []
