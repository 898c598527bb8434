"""Text messages between phones and the switchboard: over real datagrams, and with phones that answer as told."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from centralka.calls.tariffs import Rate
from centralka.sms.gateway_words import Incoming
from centralka.store import money
from centralka.store.models import Reservation, Sms
from centralka.store.registrations import Contact, change_registrations, replace_registrations
from centralka.store.sms_in import keep_incoming
from centralka.store.sms_phones import Colleague, colleague
from centralka.switch.database import Database
from centralka.switch.text_messages.from_phones import MOST_A_MINUTE, FromPhones
from centralka.switch.text_messages.to_phones import Text, ToPhones, sender_of
from centralka.switch.wire.edge_control import EdgeControl, EdgeRefuses
from centralka.switch.wire.edge_line import Asked, EdgeLine, EdgeRequest, Reply
from centralka.switch.wire.edge_news import EdgeNews
from centralka.switch.wire.sip_message import SipMessage
from tests import cast
from tests.outbox.text_messages import NOON, sandbox, texting_account

from .stand_ins import nothing_to_read, put_away

pytestmark = pytest.mark.django_db(transaction=True)

SECRET, NODE = "s3cret", "node1"
PUBLIC = "centrala.example:5060"
TEXT = Text("+48600100200", "", "Halo", "one@centralka", NOON)


class Edge(EdgeControl):
    """Has the phones that it is given registered, by their addresses."""

    def __init__(self, *addresses: str) -> None:
        super().__init__(Path("/dev/null"))
        self.addresses = addresses

    async def ask(self, method: str, *parameters: object) -> object:
        if not self.addresses:
            raise EdgeRefuses("AOR not found")
        return {"Contacts": [{"Contact": {"Ruid": one, "Address": "x", "Received": one}} for one in self.addresses]}


class Line(EdgeLine):
    """Notes what is sent to phones; each answers as told, 200 by itself."""

    def __init__(self) -> None:
        super().__init__(SECRET, ("127.0.0.1", 9), PUBLIC)
        self.answers: dict[str, int] = {}
        self.sent: list[tuple[str, str]] = []

    async def send(self, asked: EdgeRequest, repeated_after: Sequence[float] = ()) -> int:
        self.sent.append((asked.phone, asked.body))
        return self.answers.get(asked.phone, 200)


class World:
    """A switchboard's part in messages, with a clock that is moved."""

    def __init__(self, *phones: str) -> None:
        self.seconds, self.line, self.edge, self.database = 1000.0, Line(), Edge(*phones), Database()
        self.to_phones = ToPhones(self.line, self.edge, NODE, self.database, lambda: self.seconds, self.now)
        self.catch_up: Callable[[], Awaitable[None]] = nothing_to_read
        self.from_phones = FromPhones(
            self.database, self.to_phones, lambda: self.catch_up(), lambda: self.seconds, self.now
        )

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds - 1000)

    async def look(self) -> bool:
        waits = await self.to_phones.look()
        await self.to_phones.end_of_what_was_begun()
        return waits


def played(story: Callable[[World], Awaitable[None]], *phones: str) -> None:
    async def play() -> None:
        world = World(*phones)
        try:
            await story(world)
        finally:
            await put_away(world.database)

    asyncio.run(play())


def message(to: str, body: str = "Kawa?", login: str = "kwiaty_100", call_id: str = "a", kind: str = "") -> Asked:
    lines = [f"MESSAGE sip:{to}@x SIP/2.0", "Via: SIP/2.0/UDP x;branch=b", f"i: {call_id}", "CSeq: 2 MESSAGE"]
    lines += [f"c: {kind}"] if kind else []
    return Asked(login, SipMessage.parse("\r\n".join([*lines, "", body]).encode()), body.encode())


# -- To phones ---------------------------------------------------------------------------------------------------------


def test_each_phone_has_it_and_one_that_takes_none_is_left_alone_for_a_day() -> None:
    async def story(world: World) -> None:
        world.line.answers = {"sip:old": 405}
        assert await world.to_phones.hand_over("kwiaty_100", TEXT) == [405, 200]
        assert await world.to_phones.hand_over("kwiaty_100", TEXT) == [200]
        world.seconds += 24 * 3600
        assert await world.to_phones.hand_over("kwiaty_100", TEXT) == [405, 200]

    played(story, "sip:old", "sip:new")


def test_a_long_one_is_cut_by_udp_only_and_not_gone_on_with_where_it_is_refused() -> None:
    async def story(world: World) -> None:
        world.line.answers = {"sip:full": 480}
        long = Text("+48600100200", "", "słowo " * 300, "one", NOON)
        assert await world.to_phones.hand_over("kwiaty_100", long) == [200, 200, 480]
        pieces = [phone for phone, _text in world.line.sent]
        assert (pieces.count("sip:udp"), pieces.count("sip:tcp;transport=tcp"), pieces.count("sip:full")) == (3, 1, 1)

    played(story, "sip:udp", "sip:tcp;transport=tcp", "sip:full")


def came_in(text: str = "Halo") -> Sms:
    """A message to the own number that points at extension 100, whose phone is registered."""
    tenant = cast.alicjas_company().tenant
    number = cast.line_outside(tenant, e164="+48600500400")
    number.sip_account = cast.phone(tenant, "100")
    number.save()
    assert keep_incoming(sandbox(9), "", Incoming("48600100200", "600500400", text), NOON)
    replace_registrations(NODE, [Contact("kwiaty_100", "sip:new", "")], NOON)
    return Sms.objects.get()


def waits(sms: Sms) -> bool:
    sms.refresh_from_db()
    return sms.phones_at is not None


def test_what_came_in_is_handed_over_once() -> None:
    sms = came_in()
    assert waits(sms)

    async def story(world: World) -> None:
        await world.look()
        assert await world.look() is False
        assert world.line.sent == [("sip:new", "Halo")]

    played(story, "sip:new")
    assert not waits(sms)


def test_a_phone_that_is_silent_is_tried_again_and_after_a_day_no_more() -> None:
    sms = came_in()

    async def story(world: World) -> None:
        world.line.answers = {"sip:new": 408}
        assert await world.look()
        assert await world.look(), "its time passes though nobody writes"
        assert len(world.line.sent) == 1
        world.seconds += 61
        await world.look()
        assert len(world.line.sent) == 2
        world.seconds += 25 * 3600
        await world.look()
        await world.look()
        assert len(world.line.sent) == 2

    played(story, "sip:new")
    assert not waits(sms)


def test_it_waits_for_a_phone_that_registers() -> None:
    sms = came_in()
    change_registrations(NODE, [], [Contact("kwiaty_100", "sip:new", "")], NOON)

    async def story(world: World) -> None:
        await world.look()
        assert not world.line.sent
        await world.database.do(replace_registrations, NODE, [Contact("kwiaty_100", "sip:new", "")], NOON)
        await world.look()
        assert world.line.sent

    played(story, "sip:new")
    assert not waits(sms)


def test_who_sends_is_written_so_that_no_name_can_be_more_than_a_name() -> None:
    assert sender_of("+48600100200", "", PUBLIC) == f"<sip:+48600100200@{PUBLIC}>"
    assert sender_of("InPost ż>", "", PUBLIC) == f"<sip:InPost%20%C5%BC%3E@{PUBLIC}>"
    assert sender_of("100", 'Ala "x" \\\r\nX: y', PUBLIC) == f'"Ala \\"x\\" \\\\X: y" <sip:100@{PUBLIC}>'


# -- From phones -------------------------------------------------------------------------------------------------------


def test_a_colleague_is_of_the_same_company() -> None:
    kwiaty, ksiegi = cast.alicjas_company().tenant, cast.celinas_company().tenant
    cast.phone(kwiaty, "100", "Alicja", internal_caller_id="700")
    cast.phone(kwiaty, "101")
    cast.fax_account(kwiaty, "15")
    other = cast.phone(ksiegi, "102")
    assert colleague("kwiaty_100", "101") == Colleague("kwiaty_101", False, "700", "Alicja")
    assert colleague("kwiaty_100", "kwiaty_101") == Colleague("kwiaty_101", False, "700", "Alicja")
    assert colleague("kwiaty_100", "100") == Colleague("kwiaty_100", True, "700", "Alicja")
    assert [colleague("kwiaty_100", called) for called in ("102", other.login, "15", "1\0", "")] == [None] * 5


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        (message("101"), (200, "OK")),
        (message("101", body=" "), (400, "Empty Message")),
        (message("101", body="\u202e"), (400, "Control Characters In Message")),
        (message("101", body="a" * 5001), (413, "Message Too Long")),
        (message("101", kind="message/cpim"), (415, "Unsupported Media Type")),
        (message("100"), (403, "Own Extension")),
        (message("9999999"), (404, "No Such Number")),
        (message("600100200", login="kwiaty_999"), (403, "Forbidden")),
    ],
)
def test_what_a_phone_is_answered(asked: Asked, reply: tuple[int, str]) -> None:
    tenant = cast.alicjas_company().tenant
    cast.phone(tenant, "100")
    cast.phone(tenant, "101")

    async def story(world: World) -> None:
        found = await world.from_phones.take(asked)
        assert (found.status, found.phrase) == reply

    played(story, "sip:new")


def test_nobody_writes_more_than_a_message_a_second() -> None:
    tenant = cast.alicjas_company().tenant
    cast.phone(tenant, "100")
    cast.phone(tenant, "101")

    async def story(world: World) -> None:
        statuses = [(await world.from_phones.take(message("101"))).status for _each in range(MOST_A_MINUTE + 1)]
        assert statuses == [200] * MOST_A_MINUTE + [503]
        assert (await world.from_phones.take(message("100", login="kwiaty_101"))).status == 200
        world.seconds += 60
        assert (await world.from_phones.take(message("101"))).status == 200

    played(story, "sip:new")


@pytest.mark.parametrize(("is_read", "status"), [(True, 202), (False, 402)])
def test_before_a_message_is_refused_for_want_of_money_the_journal_is_read(is_read: bool, status: int) -> None:
    """What calls had put aside that are over is there then."""
    account = texting_account(cast.alicjas_company().tenant, balance="0.10")
    sandbox(9)
    rate = Rate("48600", "", Decimal(1), Decimal(0), 1, 1)
    money.reserve(account.tenant_id, node=NODE, channel="a", number="+48600100200", rate=rate, now=NOON)

    async def story(world: World) -> None:
        if is_read:
            world.catch_up = lambda: world.database.do(forget_reservations)
        assert (await world.from_phones.take(message("600100200"))).status == status

    played(story)


def forget_reservations() -> None:
    Reservation.objects.all().delete()


# -- The line to the edge ----------------------------------------------------------------------------------------------


def request(secret: str = SECRET, branch: str = "z9hG4bK1") -> bytes:
    lines = [
        "MESSAGE sip:101@x SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:5060;branch={branch};rport",
        "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKphone",
        "f: <sip:kwiaty_100@x>;tag=1",
        "t: <sip:101@x>",
        "i: one",
        "CSeq: 2 MESSAGE",
        f"X-Centralka: {secret};kwiaty_100",
        "l: 4",
    ]
    return "\r\n".join([*lines, "", "Halo and more"]).encode()


async def heard_by(line: EdgeLine, *datagrams: tuple[bytes, bool]) -> list[str]:
    """Send datagrams from an edge's socket; wait after those that are answered, and return the answers."""
    loop = asyncio.get_running_loop()
    news = EdgeNews(SECRET, turned_away=lambda *_told: None, answers=lambda _tag: None, messages=line.hear)
    transport = await news.listen(0)
    line.use(transport)
    answers = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as edge:
        edge.bind(("127.0.0.1", 0))
        edge.setblocking(False)
        for datagram, is_answered in datagrams:
            await loop.sock_sendto(edge, datagram, transport.get_extra_info("sockname"))
            if is_answered:
                answers.append((await asyncio.wait_for(loop.sock_recv(edge, 65536), 20)).decode())
    transport.close()
    return answers


def test_a_request_is_answered_once_with_what_it_came_with() -> None:
    taken: list[Asked] = []

    async def take(asked: Asked) -> Reply:
        taken.append(asked)
        return Reply(415, "Unsupported Media Type", ("Accept: text/plain",))

    async def story() -> None:
        line = EdgeLine(SECRET, ("127.0.0.1", 9), PUBLIC)
        line.take = take
        forged = [(request("guessed", "z9hG4bK2"), False), (b"MESSAGE \xff", False)]
        answers = await heard_by(line, (request(), True), *forged, (request(), True))
        assert answers[0] == answers[1]
        first = answers[0].split("\r\n")
        assert first[0] == "SIP/2.0 415 Unsupported Media Type"
        assert [one for one in first if one.startswith("Via: ")] == [
            "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1;rport",
            "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKphone",
        ]
        assert "From: <sip:kwiaty_100@x>;tag=1" in first
        assert "Accept: text/plain" in first
        assert SECRET not in answers[0]

    asyncio.run(story())
    assert [(one.login, one.body) for one in taken] == [("kwiaty_100", b"Halo")]


def test_a_request_that_fails_is_answered_try_later() -> None:
    async def take(_asked: Asked) -> Reply:
        raise TimeoutError

    async def story() -> None:
        line = EdgeLine(SECRET, ("127.0.0.1", 9), PUBLIC)
        line.take = take
        (answer,) = await heard_by(line, (request(), True))
        assert answer.startswith("SIP/2.0 503 ")
        assert "Retry-After: 30" in answer

    asyncio.run(story())
