"""Nights: a part of each day, often over midnight, by the clock of an installation. Times are "HH:MM"."""

_DAY = 24 * 60


def minutes_left(begin: str, end: str, time: str) -> int:
    """Return in how many minutes the night is over; 0: it is not night."""
    since, length = (_minutes(begin, time), _minutes(begin, end))
    return length - since if since < length else 0


def _minutes(begin: str, end: str) -> int:
    return (_of_day(end) - _of_day(begin)) % _DAY


def _of_day(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
