"""The people of one story: accounts with extensions that nobody else uses, their phones, what they hear, their records.

with Office(house) as office:
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    alicja.hang_up()
    (record,) = office.records(1)
"""

import itertools
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.live import sound
from tests.live.instance import Installation
from tests.live.phones import Call, Phone, until
from tests.live.records import CallRow
from tests.live.sipp import Answering

PASSWORD = "Gf7kWq2mZp9x"
EXTENSIONS = itertools.count(2000)
TONES = itertools.cycle(range(400, 1400, 100))
"""Neighbours differ by 100 Hz, so that every phone of a story is told from the others by its tone."""
SOON = 15.0
"""Seconds within which anything happens that takes a moment, on a machine that is busy with other things."""
DEMO = "demo"


@dataclass(frozen=True)
class Account:
    """A SIP account as its owner knows it."""

    id: int
    login: str
    extension: str
    name: str
    password: str = PASSWORD


class Office:
    """A context manager: at its end all phones are off, no call is left in the engine and the accounts are deleted.

    `token` is of another company than the demo's.
    """

    def __init__(self, house: Installation, token: str | None = None) -> None:
        self.house = house
        self._token = token
        self._stack = ExitStack()
        self._ids: list[int] = []
        self._extensions: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        try:
            until(lambda: not self.house.channels(), SOON, "no call is left in the engine")
        finally:
            self.house.engine_says("channel request hangup all")
            for one in list(self._ids):
                self.delete(one)

    # -- Accounts ---------------------------------------------------------------------------------------------------

    def account(self, name: str = "Telefon", extension: str | None = None, **fields: Any) -> Account:
        """A new account; `fields` as in the API."""
        wanted = {"extension": extension or str(next(EXTENSIONS)), "name": name, "password": PASSWORD}
        body = {**wanted, "accept_charges": True, **fields}
        made = self._api("POST", "/sip-accounts", 201, body)
        self._ids.append(made["id"])
        self._extensions |= {made["extension"], made["internal_caller_id"] or made["extension"]}
        return Account(made["id"], made["login"], made["extension"], made["name"])

    def change(self, account: Account, **fields: Any) -> Account:
        """Save the account with other values. Returns it as it is now."""
        saved = self._api("PATCH", f"/sip-accounts/{account.id}", 200, fields)
        self._extensions |= {saved["extension"], saved["internal_caller_id"] or saved["extension"]}
        password = fields.get("password", account.password)
        return Account(account.id, saved["login"], saved["extension"], saved["name"], password)

    def delete(self, account: Account | int) -> None:
        """Delete the account."""
        number = account if isinstance(account, int) else account.id
        self._api("DELETE", f"/sip-accounts/{number}", 204)
        self._ids.remove(number)

    def show(self, account: Account) -> dict[str, Any]:
        """The account as the API shows it now."""
        shown: dict[str, Any] = self._api("GET", f"/sip-accounts/{account.id}", 200)
        return shown

    def items(self, path: str) -> list[dict[str, Any]]:
        """A list of the company's API."""
        found: list[dict[str, Any]] = self._api("GET", path, 200)["items"]
        return found

    def _api(self, method: str, path: str, expected: int, body: Any = None) -> Any:
        answer = self.house.api(method, path, body, token=self._token)
        assert answer.status == expected, f"{method} {path}: {answer}\n{self.house.log_tail()}"
        return answer.body

    # -- Phones -----------------------------------------------------------------------------------------------------

    def phone(self, account: Account | str, *, register: bool = True, **options: Any) -> Phone:
        """A phone of an account (a name stands for a new account of that name), registered unless told otherwise."""
        owner = account if isinstance(account, Account) else self.account(account)
        known: dict[str, Any] = {"tone_hz": next(TONES), "authority": self.house.authority}
        port = self.house.tls_port if options.get("transport") == "tls" else self.house.sip_port
        phone = Phone(owner.login, owner.password, port=port, **known | options)
        self._stack.enter_context(phone)
        if register:
            phone.register()
        return phone

    def sipp_phone(self, scenario: str | Path, account: Account, **keys: Any) -> Answering:
        """A registered SIPp that plays the account's phone."""
        answering = Answering(scenario, account.login, account.password, port=self.house.sip_port, **keys)
        return self._stack.enter_context(answering)

    # -- Records ----------------------------------------------------------------------------------------------------

    def records(self, count: int) -> list[CallRow]:
        """The records of this office's calls, oldest first, once `count` of them are closed; there must be no other."""
        until(lambda: len(self._closed()) >= count, SOON, f"{count} records are closed, now: {self.all_records()}")
        found = self.all_records()
        assert len(found) == count, found
        return found

    def all_records(self) -> list[CallRow]:
        """The records of this office's calls as they are now, open ones too."""
        return [row for row in self.house.records() if row.concerns(self._extensions)]

    def hang_up_by_order(self, record: CallRow) -> None:
        """As a program of the company does it."""
        self._api("POST", f"/calls/{record.call_id}/hangup", 202)

    def _closed(self) -> list[CallRow]:
        return [row for row in self.all_records() if row.ended_at]


def extension_of(phone: Phone) -> str:
    """Return what others dial to reach this phone."""
    return phone.login.rpartition("_")[2]


# -- Calling and hearing ---------------------------------------------------------------------------------------------


def ring(caller: Phone, callee: Phone) -> Call:
    """Dial, and wait until the other phone rings with one call more. Returns that call."""
    before = {call.id for call in callee.all_calls}
    caller.dial(extension_of(callee))
    rings = until(lambda: callee.ringing, SOON, f"{callee} rings")
    assert rings.id not in before
    until(lambda: caller.ringing_there, SOON, f"{caller} hears that it rings")
    return rings


def talk(caller: Phone, callee: Phone) -> None:
    """Dial, answer, and hear each other."""
    ring(caller, callee)
    callee.answer()
    hear_each_other(caller, callee)


def hear_each_other(one: Phone, other: Phone) -> None:
    """From now on each hears the other's tone and nothing louder."""
    ears = Ear(one), Ear(other)
    until(lambda: ears[0].hears(other), SOON, f"{one} hears {other}")
    until(lambda: ears[1].hears(one), SOON, f"{other} hears {one}")


def hears_nothing(phone: Phone) -> bool:
    """Tell whether nothing comes in while the phone's own microphone runs for half a second."""
    ear, spoken = Ear(phone), sound.duration(phone.said())
    until(lambda: sound.duration(phone.said()) > spoken + 0.5, SOON, f"the microphone of {phone} runs")
    return ear.seconds() == 0


def hears_music(phone: Phone, holder: Phone) -> bool:
    """Tell whether the phone hears something in half a second by its microphone, and not the holder of the call."""
    ear, spoken = Ear(phone), sound.duration(phone.said())
    until(lambda: sound.duration(phone.said()) > spoken + 0.6, SOON, f"the microphone of {phone} runs")
    return ear.seconds() > 0.3 and not ear.hears(holder)


def gets(phone: Phone, cause: str) -> None:
    """The phone's call ends with this cause: "486 Busy Here"."""
    until(lambda: phone.last_cause, SOON, f"{phone} learns why its call ends")
    assert phone.last_cause == cause


def over(*phones: Phone) -> None:
    """None of the phones has a call left."""
    until(lambda: not any(phone.calls for phone in phones), SOON, "the calls are over on every phone")


class Ear:
    """The sound that a phone hears from the moment on at which this was made."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._path = phone.heard()
        self._inode, self._start = inode(self._path), sound.duration(self._path)

    def hears(self, speaker: Phone) -> bool:
        """Tell whether the strongest tone is the speaker's."""
        return sound.hears(self._phone.heard(), speaker.tone_hz, self._from())

    def seconds(self) -> float:
        """Return for how long there was any sound."""
        return sound.seconds_of_sound(self._phone.heard(), start=self._from())

    def _from(self) -> float:
        """A later call has a recording of its own, which counts from its beginning."""
        same = self._phone.heard() == self._path and inode(self._path) == self._inode
        return self._start if same else 0.0


def inode(path: Path) -> int:
    return os.stat(path).st_ino if path.exists() else 0
