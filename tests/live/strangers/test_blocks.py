"""Who floods, guesses or looks around gets no answer for a while; whoever belongs here does not notice.

Strangers are at other addresses of this machine than its phones: 127.0.0.1, the edge's own, is never blocked.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from centralka.switch.wire.edge_control import EdgeControl
from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, Account, Office
from tests.live.outside.sipp_trunk import trunk
from tests.live.phones import until

from .stranger import Stranger, digest, elsewhere, nonce_of, status

GUESSES, GUESSES_OF_AN_ACCOUNT, GUESSES_WHERE_PHONES_ARE, QUESTIONS = 10, 30, 100, 60
WRONG = "Wrong-77-wrong"
EMERGENCY = "112"


def operators(house: Installation, method: str, path: str, body: Any = None) -> Any:
    """Ask the operator's API."""
    answer = house.api(method, f"/operator/{path}", body, token=house.demo["operator_token"])
    assert answer.status < 300, answer
    return answer.body


def block_of(house: Installation, whom: str) -> dict[str, Any] | None:
    """Return the block of an address or account as the operator sees it now."""
    found = operators(house, "GET", "blocks?limit=200")["items"]
    return next((one for one in found if one["whom"] == whom), None)


def blocked(house: Installation, whom: str) -> dict[str, Any]:
    """Wait until the operator sees the block."""
    return until(lambda: block_of(house, whom), SOON, f"{whom} is blocked")


def guess(stranger: Stranger, login: str, times: int) -> list[int | None]:
    """Try so many wrong passwords."""
    return [stranger.register(login, f"{WRONG}-{number}") for number in range(times)]


@pytest.fixture
def never_blocked(office: Office) -> Iterator[str]:
    """A network that the operator spares, for one story."""
    network = elsewhere()
    made = operators(office.house, "POST", "never-blocked", {"network": network})
    yield network
    operators(office.house, "DELETE", f"never-blocked/{made['id']}")


def test_whoever_guesses_passwords_is_answered_no_more(office: Office) -> None:
    """Known and unknown logins hear the same, up to the silence. The owner of the account notices nothing."""
    alicja = office.account("Alicja")
    heard = []
    for login in (alicja.login, "demo_9998"):
        with Stranger(office.house) as guesser:
            heard.append(guess(guesser, login, GUESSES))
            assert guesser.register(alicja.login, PASSWORD) is None
            assert guesser.ask("OPTIONS") is None
            assert blocked(office.house, guesser.address)["why"] == "passwords"
    assert heard == [[401] * (GUESSES - 1) + [None]] * 2
    with Stranger(office.house) as owner:
        assert owner.register(alicja.login, PASSWORD) == 200


def test_challenges_of_known_and_unknown_logins_look_alike(office: Office) -> None:
    """But for what is random."""
    alicja = office.account("Alicja")
    with Stranger(office.house) as stranger:
        told = [stranger.ask("REGISTER", login) or "" for login in (alicja.login, "demo_9997")]
    shapes = [[line.partition(":")[0] for line in text.splitlines()] for text in told]
    assert shapes[0] == shapes[1]
    assert told[0].splitlines()[0] == told[1].splitlines()[0] == "SIP/2.0 401 Unauthorized"


def test_each_block_is_longer_until_the_operator_lifts_it(office: Office) -> None:
    with Stranger(office.house) as guesser:
        for minutes in (1, 5, 30):
            guess(guesser, "demo_9998", GUESSES)
            until(lambda m=minutes: ends_in(office.house, guesser.address, m), SOON, "it is blocked for longer")  # type: ignore[misc]
            time_is_over(office.house, guesser.address)
        guess(guesser, "demo_9998", GUESSES)
        there = until(lambda: ends_in(office.house, guesser.address, 120), SOON, "it is blocked for two hours")
        operators(office.house, "DELETE", f"blocks/{there['id']}")
        until(lambda: guesser.ask("OPTIONS"), SOON, "it is answered again")
        guess(guesser, "demo_9998", GUESSES)
        assert until(lambda: ends_in(office.house, guesser.address, 1), SOON, "the next block is a short one")


def ends_in(house: Installation, whom: str, minutes: int) -> dict[str, Any] | None:
    """Return the block if it was made for so many minutes; the time that has passed since does not matter."""
    there = blocked(house, whom)
    left = (datetime.fromisoformat(there["until"]) - datetime.now(UTC)).total_seconds() / 60
    shorter = {1: 0, 5: 1, 30: 5, 120: 30}[minutes]
    return there if shorter < left <= minutes else None


def time_is_over(house: Installation, address: str) -> None:
    """Let the edge forget a block, as it does when its time is over."""
    control = EdgeControl(house.home / "edge/run/control.sock")
    asyncio.run(control.ask("htable.delete", "blocked", address))


def test_an_attacked_account_works_from_where_it_is_registered(office: Office) -> None:
    """Many addresses guess its password: from elsewhere not even the right one opens it, its own phone goes on."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    with Stranger(office.house) as home:
        assert home.register(alicja.login, PASSWORD) == 200
        for _ in range(GUESSES_OF_AN_ACCOUNT // (GUESSES - 1) + 1):
            with Stranger(office.house) as guesser:
                guess(guesser, alicja.login, GUESSES - 1)
        assert blocked(office.house, alicja.login)["kind"] == "account"
        with Stranger(office.house) as elsewhere:
            assert elsewhere.register(alicja.login, PASSWORD) == 401
            assert elsewhere.register(bartek.login, PASSWORD) == 200
        assert home.register(alicja.login, PASSWORD) == 200
        assert home.call(alicja.login, PASSWORD, bartek.extension) == 480
        there = blocked(office.house, alicja.login)
        operators(office.house, "DELETE", f"blocks/{there['id']}")
        until(lambda: registers_from_anywhere(office, alicja), SOON, "it is open again")


def registers_from_anywhere(office: Office, account: Account) -> bool:
    """Try the right password from an address that nobody knows."""
    with Stranger(office.house) as somewhere:
        return somewhere.register(account.login, account.password) == 200


def test_wrong_passwords_in_anothers_name_block_nobody(office: Office) -> None:
    """A packet with another's address can answer only a challenge that came elsewhere: it is asked anew, not counted.

    Nor does it tell whether the password was right, or guesses would cost nothing.
    """
    alicja = office.account("Alicja")
    with Stranger(office.house) as liar, Stranger(office.house) as victim:

        def pretend(password: str) -> str:
            """Answer the liar's challenge from the victim's address."""
            nonce = nonce_of(liar.ask("REGISTER", alicja.login))
            said = victim.ask("REGISTER", alicja.login, Authorization=digest("REGISTER", alicja.login, password, nonce))
            return said or "silence"

        heard = [pretend(f"{WRONG}-{number}") for number in range(GUESSES + 1)] + [pretend(PASSWORD)]
        for said in heard:
            assert said.startswith("SIP/2.0 401"), said
            assert "stale=true" in said
        assert victim.register(alicja.login, PASSWORD) == 200


def test_a_phone_that_keeps_its_challenge_is_not_asked_again(office: Office) -> None:
    """It counts its answers. One that was used is not taken again, and nothing is said against the password."""
    alicja = office.account("Alicja")
    with Stranger(office.house) as phone:
        nonce = nonce_of(phone.ask("REGISTER", alicja.login))

        def answer(count: int, password: str = PASSWORD) -> str:
            right = digest("REGISTER", alicja.login, password, nonce, count)
            return phone.ask("REGISTER", alicja.login, Authorization=right, Expires="60") or "silence"

        heard = [answer(1), answer(2), answer(2), answer(3)]
        assert [status(said) for said in heard] == [200, 200, 401, 200]
        assert "stale=true" in heard[2]
        wrong = answer(4, WRONG)
        assert status(wrong) == 401
        assert "stale" not in wrong


def test_a_request_that_needs_no_password_makes_nobody_a_phone(office: Office) -> None:
    """Kamailio asks a PRACK for none; one from nowhere must not spare its sender from being held up as a scanner."""
    with Stranger(office.house) as scanner:
        scanner.ask("PRACK", "nobody", Authorization=digest("PRACK", "nobody", WRONG, "none"))
        assert None in (scanner.ask("OPTIONS") for _ in range(QUESTIONS + 1))
        assert blocked(office.house, scanner.address)["why"] == "scan"


def test_who_has_a_phone_at_a_blocked_address_goes_on(office: Office) -> None:
    """Somebody in the same office guesses: the phones there register, and call an emergency number, all the same."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    with Stranger(office.house) as phone, Stranger(office.house, phone.address) as guesser:
        assert phone.register(alicja.login, PASSWORD) == 200
        heard = guess(guesser, "demo_9998", GUESSES_WHERE_PHONES_ARE)
        assert heard == [401] * (GUESSES_WHERE_PHONES_ARE - 1) + [None]
        blocked(office.house, phone.address)
        assert guesser.register(bartek.login, PASSWORD) is None
        assert phone.register(alicja.login, PASSWORD) == 200
        assert phone.call(alicja.login, PASSWORD, EMERGENCY) == 503


def test_a_flood_is_not_answered_and_hurts_no_phone(office: Office) -> None:
    """Of whatever kind: here requests that claim to belong to calls."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    with Stranger(office.house) as flood, Stranger(office.house) as home:
        account = office.account("Celina")
        assert home.register(account.login, PASSWORD) == 200
        until(lambda: pours(flood) and block_of(office.house, flood.address), SOON, "it is blocked")
        assert flood.ask("OPTIONS") is None
        pours(home)
        with Stranger(office.house, home.address) as phone:
            until(lambda: phone.register(account.login, PASSWORD) == 200, SOON, "the phone there still registers")
        assert block_of(office.house, home.address) is None
    alicja.dial(bartek.login.partition("_")[2])
    until(lambda: bartek.ringing, SOON, "Bartek's phone rings")


def pours(stranger: Stranger) -> bool:
    """Send very many requests."""
    for _ in range(700):
        stranger.send(stranger.request("BYE", "nobody", to="nobody"))
    return True


def test_scanners_are_not_answered(office: Office) -> None:
    """One that says what it is, not once; one that does not, no more after sixty questions."""
    with Stranger(office.house) as named:
        assert named.ask("OPTIONS", User_Agent="friendly-scanner") is None
        for _ in range(5):
            named.send(named.request("REGISTER", "100", User_Agent="SIPVicious"))
        blocked(office.house, named.address)
        assert named.ask("OPTIONS") is None
        assert blocked(office.house, named.address)["why"] == "scan"
    with Stranger(office.house) as scanner:
        asked = sum(1 for _ in iter(lambda: scanner.ask("REGISTER", "demo_100"), None))
        assert asked == 60
        assert blocked(office.house, scanner.address)["why"] == "scan"


def test_a_spared_network_is_never_blocked(office: Office, never_blocked: str) -> None:
    """From the moment on at which it is entered, also for what was blocked before."""
    with Stranger(office.house, never_blocked) as guesser:
        assert guess(guesser, "demo_9998", GUESSES + 2) == [401] * (GUESSES + 2)
    with Stranger(office.house) as guesser:
        guess(guesser, "demo_9998", GUESSES)
        blocked(office.house, guesser.address)
        made = operators(office.house, "POST", "never-blocked", {"network": guesser.address})
        until(lambda: guesser.ask("OPTIONS"), SOON, "it is answered again")
        operators(office.house, "DELETE", f"never-blocked/{made['id']}")


def test_a_carrier_is_never_blocked(office: Office) -> None:
    with Stranger(office.house) as carrier:
        trunk = {"name": carrier.address, "kind": "address", "host": carrier.address, "port": 5060, "pings": False}
        made = operators(office.house, "POST", "trunks", trunk)
        until(lambda: known_as_carrier(office.house, made["id"]), SOON, "its address is known")
        assert guess(carrier, "demo_9998", GUESSES + 2) == [401] * (GUESSES + 2)
        operators(office.house, "DELETE", f"trunks/{made['id']}")


def known_as_carrier(house: Installation, trunk_id: int) -> bool:
    """Whether the edge knows the trunk by its address."""
    return any(row["id"] == trunk_id and row["addresses"] for row in house.rows("trunk"))


def test_a_company_says_from_where_its_accounts_register(office: Office) -> None:
    """From elsewhere the right password is answered like a wrong one; a saved change counts at once."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    with Stranger(office.house) as here, Stranger(office.house) as elsewhere:
        assert elsewhere.register(alicja.login, PASSWORD) == 200
        try:
            networks(office, [f"{here.address}/32", "2001:db8::/32", "192.0.2.0/24"])
            assert here.register(alicja.login, PASSWORD) == 200
            assert elsewhere.register(alicja.login, PASSWORD) == 401
            assert elsewhere.call(alicja.login, PASSWORD, bartek.extension) == 401
            networks(office, ["192.0.2.0/24"])
            assert here.register(alicja.login, PASSWORD) == 401
        finally:
            networks(office, [])
        assert elsewhere.register(alicja.login, PASSWORD) == 200


def networks(office: Office, wanted: list[str]) -> None:
    """Let the company's accounts register from these networks only."""
    answer = office.house.api("PATCH", "/tenant", {"networks": wanted})
    assert answer.body["networks"] == wanted, answer


def test_an_account_at_a_carriers_address_is_the_account(office: Office) -> None:
    """By its password, which no carrier has. With a wrong one it is asked again, and nobody blocks a carrier for it."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    with Stranger(office.house) as phone, trunk(office.house, name="Here", kind="address", **phone.at, pings=False):
        carrier = f"{phone.at['host']}:{phone.at['port']}/32"
        until(lambda: carrier in [row["addresses"] for row in office.house.rows("trunk")], SOON, "it is a carrier's")
        assert status(phone.ask("OPTIONS")) == 200
        assert phone.call(alicja.login, PASSWORD, bartek.extension, challenged_by="REGISTER") == 480
        # Nor does the carrier call as the account, by a header behind half a line break (test_strangers.py).
        claim = f'b\rAuthorization: Digest username="{alicja.login}"'
        assert status(phone.ask("INVITE", "x", to="x", X_A=claim)) == 400
        wrong = [
            phone.call(alicja.login, WRONG, bartek.extension, challenged_by="REGISTER") for _ in range(GUESSES + 1)
        ]
        assert wrong == [401] * (GUESSES + 1)
        assert status(phone.ask("OPTIONS")) == 200


def test_blocks_outlive_the_edge(fragile: Office) -> None:
    account = fragile.account("Alicja")
    with Stranger(fragile.house) as guesser, Stranger(fragile.house) as home:
        assert home.register(account.login, PASSWORD) == 200
        guess(guesser, "demo_9998", GUESSES)
        there = blocked(fragile.house, guesser.address)
        until(lambda: fragile.house.keeps(account.login), SOON, "the phone is on disk")
        fragile.house.wait_for_another("edge", fragile.house.kill("edge"))
        assert guesser.ask("OPTIONS") is None
        assert home.register(account.login, PASSWORD) == 200
        assert blocked(fragile.house, guesser.address) == there


def test_an_answer_to_nothing_reaches_nobody(office: Office) -> None:
    """A stranger sends an answer with another's address in its second Via: the edge does not pass it on."""
    with Stranger(office.house) as stranger, Stranger(office.house) as other:
        stranger.send(stranger.stray_answer(other))
        assert other.answer("stray") is None
