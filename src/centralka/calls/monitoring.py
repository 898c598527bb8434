"""What is told of an account that is watched: that it is gone, is back, or comes and goes.

A pure rule. It is shown again and again whether a phone of the account answers, and says what to tell. Times are those
of whoever looks; after a break in looking (`interrupted`) what was being waited for is waited for anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

GONE_AFTER = timedelta(minutes=3)
BLINK = timedelta(seconds=30)
"""Gone for no longer than that is no change: a phone got another address, or connected anew."""
MOST_CHANGES = 4
WITHIN = timedelta(minutes=30)
"""So many changes within so long, and the account flaps."""
STEADY_AFTER = timedelta(hours=1)


class Told(StrEnum):
    """The state of an account as people know it, by what they were told last."""

    WELL = "well"
    GONE = "gone"
    FLAPS = "flaps"


class News(StrEnum):
    """News of an account."""

    GONE = "gone"
    BACK = "back"
    FLAPS = "flaps"
    STEADY = "steady"
    """It came and went, and has been reachable for an hour now."""


@dataclass(frozen=True, slots=True)
class Watched:
    """An account that was reachable at least once."""

    reachable: bool
    since: datetime
    """Since when it is reachable, or is not."""
    waits_from: datetime
    """From when on what comes of it is waited for: `since`, or later after a break."""
    told: Told = Told.WELL
    changes: tuple[datetime, ...] = ()
    """The changes of the last half hour, oldest first."""
    counted: bool = True
    """The last change counts as one; that it went may have been a blink."""
    before: datetime | None = None
    """While it is not reachable: since when it was."""

    @property
    def is_outage(self) -> bool:
        """Tell whether it is gone for longer than a blink."""
        return not self.reachable and self.counted


def first_seen(now: datetime) -> Watched:
    """Begin to watch an account that is reachable now."""
    return Watched(reachable=True, since=now, waits_from=now)


def interrupted(watched: Watched, now: datetime) -> Watched:
    """Begin waiting anew, since nobody looked for a while, or clocks were set."""
    return replace(watched, waits_from=now) if _waits(watched) else watched


def seen(
    watched: Watched, reachable: bool, now: datetime, silent_until: datetime | None = None
) -> tuple[Watched, News | None]:
    """Take in whether the account is reachable now. Returns what is known then, and what there is to tell.

    `silent_until`: nothing is told before, and what happens meanwhile does not count.
    """
    after = _changed(watched, reachable, now)
    if silent_until is not None and now < silent_until:
        return replace(after, changes=(), waits_from=silent_until), None
    # The silence ended early, or the clock was put back.
    after = _counted(replace(after, waits_from=min(after.waits_from, now)), now)
    news = _news(after, now)
    return (replace(after, told=_BELIEVED[news]) if news else after), news


def due(watched: Watched) -> datetime | None:
    """Return when to look again though nothing changes; None: not before something changes."""
    if not _waits(watched) and watched.reachable is (watched.told is not Told.GONE):
        return None
    if watched.told is Told.FLAPS:
        return watched.waits_from + (STEADY_AFTER if watched.counted else BLINK)
    if watched.reachable:
        return watched.waits_from
    return watched.waits_from + (GONE_AFTER if watched.counted else BLINK)


def _waits(watched: Watched) -> bool:
    """Tell whether something may come of it by time alone."""
    return watched.told is Told.FLAPS or not watched.counted or (not watched.reachable and watched.told is Told.WELL)


def _changed(watched: Watched, reachable: bool, now: datetime) -> Watched:
    if reachable is watched.reachable:
        return watched
    if not reachable:
        return replace(watched, reachable=False, since=now, waits_from=now, counted=False, before=watched.since)
    if not watched.counted:
        blinked = watched.before or now
        return replace(watched, reachable=True, since=blinked, waits_from=blinked, counted=True, before=None)
    back = replace(watched, reachable=True, since=now, waits_from=now, before=None)
    return replace(back, changes=(*watched.changes, now))


def _counted(watched: Watched, now: datetime) -> Watched:
    """Count a going that was no blink, and forget changes of long ago."""
    changes = tuple(at for at in watched.changes if at > now - WITHIN)
    if watched.counted or now - watched.waits_from < BLINK:
        return replace(watched, changes=changes)
    return replace(watched, changes=(*changes, watched.since), counted=True)


def _news(watched: Watched, now: datetime) -> News | None:
    waited = now - watched.waits_from
    if watched.told is Told.FLAPS:
        steady = watched.counted and waited >= STEADY_AFTER
        return (News.STEADY if watched.reachable else News.GONE) if steady else None
    if len(watched.changes) >= MOST_CHANGES:
        return News.FLAPS
    if watched.reachable:
        return News.BACK if watched.told is Told.GONE else None
    return News.GONE if watched.told is Told.WELL and waited >= GONE_AFTER else None


_BELIEVED = {News.GONE: Told.GONE, News.BACK: Told.WELL, News.FLAPS: Told.FLAPS, News.STEADY: Told.WELL}
