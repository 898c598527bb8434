"""When a certificate is ordered from an authority, how often while that fails, and what the authority finds here."""

import asyncio
import fcntl
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from acme import client, messages
from cryptography.hazmat.primitives.asymmetric import ec
from josepy.jwk import JWKEC

from centralka.certificates.acme.answers import PATH, Answers
from centralka.certificates.acme.errors import CannotObtain
from centralka.certificates.acme.obtaining import Obtaining
from centralka.certificates.acme.ordering import Network
from centralka.certificates.own_authority import own_certificate
from centralka.challenges import Challenges

NOW = datetime.now(UTC)
NAME = "sip.centralka.example"
NOBODY = "https://127.0.0.1:1/directory"


class Refusing:
    """The check before an order, which fails: no authority is asked."""

    def __init__(self, is_limit: bool = False) -> None:
        self._is_limit = is_limit

    def __call__(self, _answers: Answers) -> None:
        raise CannotObtain("nobody answers at %(path)s.", path=PATH, is_limit=self._is_limit)


def wanted(folder: Path, name: str = NAME, directory: str = NOBODY, is_limit: bool = False) -> Obtaining:
    folder.mkdir(exist_ok=True)
    return Obtaining(directory, name, folder, Refusing(is_limit))


def given(folder: Path, made: datetime, name: str = NAME) -> datetime:
    """A certificate that was made then is in place. Returns its end."""
    file = own_certificate(folder / "other", (name,), made)
    (folder / "obtained.pem").write_bytes(file.read_bytes())
    return made + timedelta(days=820)


def test_without_one_it_is_due_at_once(tmp_path: Path) -> None:
    assert wanted(tmp_path).is_due(NOW)


def test_it_is_renewed_thirty_days_before_its_end(tmp_path: Path) -> None:
    ends = given(tmp_path, NOW)
    assert not wanted(tmp_path).is_due(ends - timedelta(days=30, minutes=1))
    assert wanted(tmp_path).is_due(ends - timedelta(days=30))


def test_one_for_another_name_is_due_at_once(tmp_path: Path) -> None:
    given(tmp_path, NOW)
    assert wanted(tmp_path, "phones.centralka.example").is_due(NOW)


def failed(one: Obtaining, now: datetime) -> timedelta:
    """An order that fails. Returns how long it waits."""
    with pytest.raises(CannotObtain, match="nobody answers"):
        one.obtain(now)
    found = one.trouble()
    assert found is not None
    return found.next_at - now


def test_it_waits_longer_after_each_failure_and_at_most_a_day(tmp_path: Path) -> None:
    """Whoever restarts the worker meanwhile."""
    waited = [failed(wanted(tmp_path), NOW) / timedelta(hours=1) for _each in range(8)]
    assert waited == [1, 2, 4, 8, 16, 24, 24, 24]
    assert not wanted(tmp_path).is_due(NOW + timedelta(hours=23, minutes=59))
    assert wanted(tmp_path).is_due(NOW + timedelta(hours=24))


def test_a_day_passes_when_the_authority_wants_fewer_requests(tmp_path: Path) -> None:
    assert failed(wanted(tmp_path, is_limit=True), NOW) == timedelta(days=1)


def test_another_name_or_authority_is_tried_at_once(tmp_path: Path) -> None:
    failed(wanted(tmp_path), NOW)
    assert not wanted(tmp_path).is_due(NOW)
    assert wanted(tmp_path, "phones.centralka.example").is_due(NOW)
    assert wanted(tmp_path, directory="https://127.0.0.1:2/directory").is_due(NOW)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"of": 1}'])
def test_notes_that_cannot_be_read_hold_nothing_up(tmp_path: Path, content: str) -> None:
    failed(wanted(tmp_path), NOW)
    (tmp_path / "acme/trouble.json").write_text(content)
    assert wanted(tmp_path).trouble() is None
    assert wanted(tmp_path).is_due(NOW)


def test_what_failed_is_kept_in_words_that_can_be_translated(tmp_path: Path) -> None:
    failed(wanted(tmp_path), NOW)
    kept = json.loads((tmp_path / "acme/trouble.json").read_text())
    assert (kept["text"], kept["values"]) == ("nobody answers at %(path)s.", {"path": PATH})


def test_two_at_once_order_once(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    with (tmp_path / "acme/lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert not wanted(tmp_path).obtain(NOW)
    failed(wanted(tmp_path), NOW)


def test_an_authority_that_is_away_is_told_with_its_address(tmp_path: Path) -> None:
    one = Obtaining(NOBODY, NAME, tmp_path, lambda _answers: None)
    with pytest.raises(CannotObtain, match=f"the authority {NOBODY} cannot be understood or reached") as told:
        one.obtain(NOW)
    assert "Connection refused" in str(told.value)
    assert "Pool" not in str(told.value)


@pytest.mark.parametrize("said", ["{}", "[]", '"x"', '{"newAccount": 1}', '{"meta": []}', "null", "<html>"])
def test_an_address_where_no_authority_is_counts_as_a_failure(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody would be told, and it would be asked again each minute."""

    def answer(*_asked: object, **_how: object) -> requests.Response:
        found = requests.Response()
        found.status_code, found._content = 200, said.encode()
        found.headers["Content-Type"] = "application/json"
        return found

    monkeypatch.setattr(requests.Session, "request", answer)
    one = Obtaining(NOBODY, NAME, tmp_path, lambda _answers: None)
    with pytest.raises(CannotObtain, match="cannot be understood or reached"):
        one.obtain(NOW)
    assert not one.is_due(NOW + timedelta(minutes=59))


@pytest.mark.parametrize(("code", "asked"), [("badNonce", 10), ("malformed", 1)])
def test_nonces_that_are_not_taken_are_no_failure_yet(code: str, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8555, 6.5. Each request to pebble fails so by chance, one of twenty."""
    sent: list[str] = []

    def refuse(_network: client.ClientNetwork, address: str) -> requests.Response:
        sent.append(address)
        raise messages.Error.with_code(code)

    monkeypatch.setattr(client.ClientNetwork, "_post_once", refuse)
    with pytest.raises(messages.Error):
        Network(JWKEC(key=ec.generate_private_key(ec.SECP256R1()))).post("https://authority.example/order")
    assert len(sent) == asked


def test_files_that_cannot_be_written_are_a_failure_that_is_told_and_no_authority_is_asked(tmp_path: Path) -> None:
    """Such as those that root left behind; the note then stands elsewhere."""
    folder = tmp_path / "tls"
    folder.mkdir()
    (folder / "acme").write_text("no folder")
    asked: list[Answers] = []
    one = Obtaining(NOBODY, NAME, folder, asked.append, tmp_path / "spare.json")
    for _each in range(2):
        with pytest.raises(CannotObtain, match="cannot be written or read"):
            one.obtain(NOW)
    found = one.trouble()
    assert found is not None
    assert (found.failures, found.values["folder"], asked) == (2, str(folder), [])
    assert not one.is_due(NOW + timedelta(minutes=119))
    (folder / "acme").unlink()
    sent(folder, NAME, NOW)
    assert one.obtain(NOW)
    assert one.trouble() is None


def test_a_certificate_that_came_is_no_failure_though_the_notes_of_earlier_ones_stay(tmp_path: Path) -> None:
    spare = tmp_path / "spare.json"
    spare.mkdir()  # cannot be taken away like a file, not even by root
    sent(tmp_path, NAME, NOW)
    one = Obtaining(NOBODY, NAME, tmp_path, lambda _answers: None, spare)
    assert one.obtain(NOW)
    assert one.trouble() is None


# -- One that was sent and is not good yet ---------------------------------------------------------------------------


def sent(folder: Path, name: str, made: datetime) -> Path:
    """A certificate that an order gave, and that was not taken."""
    (folder / "acme").mkdir(exist_ok=True)
    candidate = folder / "acme/candidate.pem"
    candidate.write_bytes(own_certificate(folder / f"{made:%j}", (name,), made).read_bytes())
    return candidate


def test_on_a_machine_whose_clock_is_slow_by_a_day_nothing_is_ordered_again(tmp_path: Path) -> None:
    """What was sent waits; each order would give one more, and the authority soon gives none."""
    one, content = wanted(tmp_path), sent(tmp_path, NAME, NOW + timedelta(days=3)).read_bytes()
    for _each in range(2):
        with pytest.raises(CannotObtain, match="this machine's clock is slow"):
            one.obtain(NOW)
    assert (tmp_path / "acme/candidate.pem").read_bytes() == content
    # When the clock is right it is good, and taken.
    good = sent(tmp_path, NAME, NOW).read_bytes()
    assert one.obtain(NOW)
    assert one.certificate.read_bytes() == good
    assert one.trouble() is None


def test_after_a_try_with_an_authority_for_tests_the_real_one_is_asked_at_once(tmp_path: Path) -> None:
    """The certificate of the test is for the right name and lasts for long, but no phone believes it."""
    sent(tmp_path, NAME, NOW)
    assert wanted(tmp_path).obtain(NOW)
    assert not wanted(tmp_path).is_due(NOW)
    assert wanted(tmp_path, directory="https://127.0.0.1:2/directory").is_due(NOW)


def test_one_for_another_name_that_was_sent_does_not_wait(tmp_path: Path) -> None:
    sent(tmp_path, "phones.centralka.example", NOW)
    failed(wanted(tmp_path), NOW)  # an order was tried


# -- What the authority finds ----------------------------------------------------------------------------------------


def asked(answers: Answers | None, path: str, method: str = "GET") -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []

    async def panel(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"the panel"})

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": []}
    asyncio.run(Challenges(panel, lambda: answers)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


TOKEN = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"


def test_an_answer_is_there_while_it_is_needed(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    assert asked(answers, PATH + TOKEN) == (404, b"")
    with answers.kept(TOKEN, f"{TOKEN}.thumb"):
        assert asked(answers, PATH + TOKEN) == (200, f"{TOKEN}.thumb".encode())
        assert asked(answers, PATH + TOKEN, "POST") == (404, b"")
    assert asked(answers, PATH + TOKEN) == (404, b"")


def test_what_a_killed_worker_left_is_answered_no_more(tmp_path: Path) -> None:
    one = wanted(tmp_path)
    (tmp_path / "acme/answers").mkdir(parents=True)
    (tmp_path / "acme/answers" / TOKEN).write_text("of then")
    failed(one, NOW)
    assert asked(one.answers, PATH + TOKEN) == (404, b"")


@pytest.mark.parametrize(
    "token", ["", "..", "../account.pem", "/etc/passwd", "..%2faccount.pem", "a/b", "a\0b", "ą", "x" * 5000, ".hidden"]
)
def test_nothing_else_of_the_disk_is_given(tmp_path: Path, token: str) -> None:
    (tmp_path / "account.pem").write_text("secret")
    (tmp_path / "answers").mkdir()
    answers = Answers(tmp_path / "answers")
    assert asked(answers, PATH + token) == (404, b"")
    with pytest.raises(ValueError, match="the token is none"), answers.kept(token, "x"):
        pass
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["account.pem"]


def test_everything_else_goes_to_the_panel(tmp_path: Path) -> None:
    assert asked(Answers(tmp_path), "/panel/") == (400, b"the panel")
    assert asked(None, PATH + TOKEN) == (400, b"the panel")
