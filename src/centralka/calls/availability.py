"""Tell how much of each day an account could be reached, by its outages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

DAYS = 30
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and how many seconds of it the account was watched and could not be reached."""

    day: date
    watched: int
    gone: int

    @property
    def share(self) -> float | None:
        """Return the part of the watched time in which it could be reached, 0 to 1; None: it was not watched."""
        return 1 - self.gone / self.watched if self.watched else None


def days_of(outages: Iterable[Span], watched_since: datetime, now: datetime, zone: tzinfo) -> list[Day]:
    """Return the last `DAYS` days by the clock of the zone, the oldest first; outages do not overlap."""
    spans = list(outages)
    last = now.astimezone(zone).date()
    return [_day(last - timedelta(days=back), spans, (watched_since, now), zone) for back in reversed(range(DAYS))]


def share_of(days: Iterable[Day]) -> float | None:
    """Return the part of all watched time in which it could be reached, 0 to 1; None: it was not watched."""
    known = list(days)
    watched = sum(day.watched for day in known)
    return 1 - sum(day.gone for day in known) / watched if watched else None


def _day(day: date, spans: list[Span], watched: Span, zone: tzinfo) -> Day:
    whole = (_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    seen = _common(whole, watched)
    return Day(day, _seconds(seen), sum(_seconds(_common(seen, span)) for span in spans))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _common(span: Span, other: Span) -> Span:
    return max(span[0], other[0]), min(span[1], other[1])


def _seconds(span: Span) -> int:
    return max(0, int(span[1].timestamp() - span[0].timestamp()))
