"""Times of day, as they are typed, and moments that must not be over."""

import re
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ..errors import ProblemList

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def check_night(problems: ProblemList, begin: tuple[str, str], end: tuple[str, str]) -> None:
    """Note what is wrong with the times, "HH:MM", at which a night begins and ends; each with the name of its field."""
    good = [_check_time(problems, *time) for time in (begin, end)]
    if all(good):
        name, time = end
        differ = time != begin[1]
        problems.check(differ, name, "no_time", _("The night must end at another time than it begins."))


def check_pause(problems: ProblemList, name: str, until: datetime | None, before: datetime | None) -> None:
    """Note that a pause would be over at once. One that was saved `before` may run out and stay; forms keep minutes."""
    same = until is not None and before is not None and abs((until - before).total_seconds()) < 60
    later = until is None or same or until > timezone.now()
    problems.check(later, name, "past", _("This moment is over already."))


def _check_time(problems: ProblemList, name: str, time: str) -> bool:
    good = _TIME.fullmatch(time) is not None
    return problems.check(good, name, "malformed", _("Give a time from 00:00 to 23:59, e.g. 22:00."))
