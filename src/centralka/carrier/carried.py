"""Carry a call on to the customer who has the called number, with what the caller's exchange said about it."""

from centralka.calls.causes import Cause
from centralka.calls.dial_result import DialResult
from centralka.switch.wire.channel import Channel
from centralka.switch.wire.engine_words import dial_result

from .contacts import contacts_of, dialled_at
from .invite import Invite
from .numbers import Owned

_RINGS_AT_MOST = 180
"""Seconds; the called exchange gives up earlier."""
_NO_CAUSE = {"", str(Cause.NONE), str(Cause.NORMAL)}
"""The customer's exchange named no time."""
_HIDDEN = {"id", "user", "header"}


async def carry(channel: Channel, invite: Invite, to: Owned) -> float | None:
    """Carry the call until it is over. Returns for how many seconds it was answered; None: it was not, and the
    caller is told.

    Raises ChannelGone.
    """
    address = dialled_at(await channel.evaluate(f"${{{contacts_of(to.customer)}}}"), to.number)
    if address is None:
        await channel.execute("Hangup", str(Cause.SUBSCRIBER_ABSENT))
        return None
    await _pass_on(channel, invite)
    # i: the called exchange cannot send the call elsewhere by 302. b: it gets the headers (asterisk/carrier/).
    await channel.execute("Dial", f"{address},{_RINGS_AT_MOST},ib(carried^s^1)")
    status, cause, answered = (await channel.evaluate("${DIALSTATUS}|${HANGUPCAUSE}|${ANSWEREDTIME_MS}")).split("|")
    if dial_result(status) is DialResult.ANSWERED:
        return int(answered or 0) / 1000
    await channel.execute("Hangup", str(Cause.NO_ANSWER) if cause in _NO_CAUSE else cause)
    return None


def headers(invite: Invite) -> list[tuple[str, str]]:
    """Return name and value of the headers passed on besides From; several of one name keep their order."""
    identity = [("P-Asserted-Identity", invite.pai), ("Privacy", invite.privacy)]
    return [
        *((name, value) for name, value in identity if value is not None),
        *(("Diversion", value) for value in invite.diversion),
        *(("History-Info", value) for value in invite.history_info),
    ]


async def _pass_on(channel: Channel, invite: Invite) -> None:
    """Pass on the headers. The engine passes on From by itself; that a caller is hidden, it has to be told."""
    if _is_hidden(invite):
        await channel.set("CALLERID(pres)", "prohib")
    found = headers(invite)
    await channel.set("__HEADERS", str(len(found)))
    for number, (name, value) in enumerate(found, 1):
        await channel.set(f"__HEADER_{number}_NAME", name)
        await channel.set(f"__HEADER_{number}_VALUE", value)


def _is_hidden(invite: Invite) -> bool:
    wished = {word.strip().lower() for word in (invite.privacy or "").split(";")}
    return bool(wished & _HIDDEN) or invite.from_host == "anonymous.invalid"
