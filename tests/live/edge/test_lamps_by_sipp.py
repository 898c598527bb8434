"""Lamps as another program asks for them: SIPp, which knows nothing of how the stories' own watcher does it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.baresip import SipMessage
from tests.live.office import PASSWORD, SOON, Account, Office, over, ring
from tests.live.phones import until
from tests.live.sipp import ADDRESS, Burst, Sipp, run_scenario
from tests.live.voicemail.mailboxes import leave_message, with_mailbox

SUBSCRIBES = Path(__file__).with_name("uac_subscribe.xml")
NOTICES = """
  <label id="1"/>
  <recv request="NOTIFY"/>
  <send next="1">
    <![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

    ]]>
  </send>
"""
"""Each is answered, until the end of the process."""
PATIENCE = 300
"""Seconds, after which SIPp itself would give up."""
STATE = re.compile(r"<state[^>]*>(\w+)</state>")


class Lamp:
    """A phone that watches."""

    def __init__(self, sipp: Sipp) -> None:
        self._sipp = sipp

    @property
    def answers(self) -> list[int]:
        """The statuses of the answers so far, each once."""
        got = [int(one.start.split(" ")[1]) for one in self._got() if one.start.startswith("SIP/2.0")]
        return list(dict.fromkeys(got))

    @property
    def notices(self) -> list[SipMessage]:
        return [one for one in self._got() if one.start.startswith("NOTIFY ")]

    @property
    def states(self) -> list[str]:
        """What the lamp showed, one after the other."""
        told = [state for notice in self.notices for state in STATE.findall(notice.body)[:1]]
        return [state for at, state in enumerate(told) if not at or told[at - 1] != state]

    @property
    def mailbox(self) -> str:
        return "".join(notice.body for notice in self.notices[-1:])

    def _got(self) -> list[SipMessage]:
        return [one for one in self._sipp.messages() if not one.sent]


@contextmanager
def lamp(office: Office, account: Account, event: str, whose: str, transport: str) -> Iterator[Lamp]:
    keys: dict[str, object] = {"event": event, "whose": whose, "final": 200, "notices": NOTICES}
    sipp = Sipp(
        SUBSCRIBES,
        account.login,
        PASSWORD,
        "",
        ADDRESS,
        office.house.sip_port,
        transport,
        None,
        Burst(),
        PATIENCE,
        keys,
    )
    with sipp:
        yield Lamp(sipp)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_colleagues_lamp_is_idle_rings_and_is_busy(office: Office, transport: str) -> None:
    account = office.account("Bartek")
    alicja, bartek = office.phone("Alicja"), office.phone(account)
    with lamp(office, office.account("Sekretariat"), "dialog", account.extension, transport) as shown:
        until(lambda: shown.states == ["terminated"], SOON, "it is idle")
        ring(alicja, bartek)
        until(lambda: shown.states[-1] == "early", SOON, "it rings")
        bartek.answer()
        until(lambda: shown.states[-1] == "confirmed", SOON, "it is busy")
        alicja.hang_up()
        over(alicja, bartek)
        until(lambda: shown.states == ["terminated", "early", "confirmed", "terminated"], SOON, "it is idle again")
        assert shown.answers == [401, 200]
        first = shown.notices[0]
        assert (first.header("Event"), first.header("Content-Type")) == ("dialog", "application/dialog-info+xml")
        assert (first.header("Subscription-State") or "").startswith("active;expires=")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_the_lamp_of_the_own_mailbox_is_lit_by_a_message(office: Office, transport: str) -> None:
    account, bartek = with_mailbox(office), office.phone("Bartek")
    with lamp(office, account, "message-summary", account.extension, transport) as shown:
        until(lambda: "Messages-Waiting: no" in shown.mailbox, SOON, "nothing waits")
        leave_message(office.house, bartek, account)
        until(lambda: "Voice-Message: 1/0" in shown.mailbox, SOON, "a message waits")
        assert "Messages-Waiting: yes" in shown.mailbox
        assert shown.answers == [401, 200]


def test_of_other_companies_and_of_others_mailboxes_nothing_is_told(office: Office, ksiegi: Office) -> None:
    account, colleague, stranger = office.account("Alicja"), office.account("Bartek"), ksiegi.account("Celina")
    asked = {
        "dialog": (stranger.login, f"ksiegi_{colleague.extension}", "777777"),
        "message-summary": (stranger.login, colleague.extension),
    }
    for event, refused in asked.items():
        for whose in refused:
            heard = run_scenario(
                SUBSCRIBES, login=account.login, password=PASSWORD, port=office.house.sip_port, event=event,
                whose=whose, final=403, notices="",
            )  # fmt: skip
            assert not [one for one in heard.messages if one.start.startswith("NOTIFY")], (event, whose)
