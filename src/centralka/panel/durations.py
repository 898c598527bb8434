"""Durations in words."""

from django.utils.translation import gettext as _


def duration(seconds: int) -> str:
    """Write seconds as people say them: “45 s”, “3 min 07 s”, “1 h 02 min”."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}
    return _("%(seconds)d s") % {"seconds": rest}


def clock(seconds: int) -> str:
    """Write seconds of something that goes on, as a clock shows them: “0:45”, “3:07”, “1:02:07”."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
