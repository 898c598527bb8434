"""Carries a call on to the customer who has the called number, with what the caller's exchange said about it."""

from centralka.switch.wire.channel import Channel

from .contacts import contacts_of, dialled_at
from .invite import Invite
from .numbers import Owned

_RINGS_AT_MOST = 180
"""Seconds; the called exchange gives up earlier."""
# Hangup causes (Q.850): a customer who is not registered, and one whose exchange named no cause.
_NOT_THERE = "20"
_NO_ANSWER = "19"
_NO_CAUSE = {"", "0", "16"}
_HIDDEN = {"id", "user", "header"}


async def carry(channel: Channel, invite: Invite, to: Owned) -> float | None:
    """Until the call is over. Gives for how many seconds it was answered; None: it was not, and the caller is told.

    Raises ChannelGone.
    """
    address = dialled_at(await channel.evaluate(f"${{{contacts_of(to.customer)}}}"), to.number)
    if address is None:
        await channel.execute("Hangup", _NOT_THERE)
        return None
    await _pass_on(channel, invite)
    # i: the called exchange cannot send the call elsewhere by 302. b: it gets the headers (asterisk/carrier/).
    await channel.execute("Dial", f"{address},{_RINGS_AT_MOST},ib(carried^s^1)")
    status, cause, answered = (await channel.evaluate("${DIALSTATUS}|${HANGUPCAUSE}|${ANSWEREDTIME_MS}")).split("|")
    if status == "ANSWER":
        return int(answered or 0) / 1000
    await channel.execute("Hangup", _NO_ANSWER if cause in _NO_CAUSE else cause)
    return None


def headers(invite: Invite) -> list[tuple[str, str]]:
    """Name and value of what is passed on besides From; several of one name keep their order."""
    identity = [("P-Asserted-Identity", invite.pai), ("Privacy", invite.privacy)]
    return [
        *((name, value) for name, value in identity if value is not None),
        *(("Diversion", value) for value in invite.diversion),
        *(("History-Info", value) for value in invite.history_info),
    ]


async def _pass_on(channel: Channel, invite: Invite) -> None:
    """The engine passes on From by itself; that a caller is hidden, it has to be told."""
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
