"""Let a caller send a fax: the engine's own receiver answers, and its pages are kept."""

import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from centralka.calls.causes import SENT
from centralka.calls.plan import Outcome, ReceiveFax, Refusal

from ..faxes.protocol import Faxes, NoRoom, Told, told
from ..wire.channel import Channel, ChannelGone
from .ended import Ended
from .sealed import answer
from .voicemail import caller_of

log = structlog.get_logger()

# What the sending machine calls itself is whatever somebody typed into it: without line breaks and brackets.
_HOW_IT_ENDED = "${FAXOPT(status)}|${FAXOPT(error)}|${FAXOPT(pages)}|${FILTER(0-9A-Za-z +.,${FAXOPT(remotestationid)})}"


async def receive_fax(
    step: ReceiveFax, channel: Channel, faxes: Faxes, clock: Callable[[], float] = time.monotonic
) -> Ended:
    """Receive a fax, to the end of the call. Raises ChannelGone if the engine dies meanwhile."""
    # Tells the dialplan that this call is taken care of, should the switchboard die meanwhile.
    await channel.set("TAKEN", "fax")
    try:
        receiving = await faxes.begin(step.account_id, channel.request.uniqueid, caller_of(channel.request))
    except NoRoom:
        log.warning("a fax could not be received: there is no room on the disk", account=step.account_id)
        await channel.execute("Hangup", str(SENT[Refusal.UNAVAILABLE]))
        return Ended(Outcome.UNAVAILABLE)
    begun = clock()
    with receiving:
        # If the caller is gone, what is said of the fax tells; if the engine is, nothing is.
        with suppress(ChannelGone):
            await _receive(step, channel, receiving.file)
        how = told(await channel.evaluate(_HOW_IT_ENDED))
        await receiving.ended(how)
    with suppress(ChannelGone):
        await channel.execute("Hangup")
    _log(step, how)
    return Ended(Outcome.FAX, seconds=round(clock() - begun), pages=how.pages)


async def _receive(step: ReceiveFax, channel: Channel, file: str) -> None:
    await answer(channel)
    # Should we die meanwhile, the engine tells the journal how many pages came.
    await channel.set("CHANNEL(hangup_handler_push)", "fax-received,s,1")
    if step.station:
        await channel.set("FAXOPT(localstationid)", step.station)
    # f: as sound where the sender has no T.38, or refuses it.
    await channel.execute("ReceiveFAX", f"{file},f")


def _log(step: ReceiveFax, how: Told) -> None:
    log.info("a fax call ended", account=step.account_id, pages=how.pages, status=how.status, error=how.error)
