"""Speech of a mailbox to callers and to its owner: names of sound files, to be played one after the other.

Only what is put together from several files; the rest is in `prompts.Prompt`. A function without a language gives names
that make a right sentence in both.
"""

from datetime import datetime, timedelta
from typing import assert_never

from .prompts import Prompt
from .speech import Gender, Language, say_count, say_digits, say_number

_LONGEST_EXTENSION = 6
_COUNTRY = "+48"
"""Not said: the listener would not dial it."""


def greeting(extension: str, *, busy: bool) -> list[str]:
    """Say the exchange's own greeting, up to the tone: which extension does not answer, and what to do. ValueError for
    letters."""
    reason = "vm-isonphone" if busy else "mailbox/cannot-answer"
    return ["vm-theperson", *say_digits(extension), reason, "vm-intro"]


def message_count(new: int, old: int, language: Language) -> list[str]:
    """Say how many messages there are; a kind of which there are none is left out. ValueError for less than none."""
    if new < 0 or old < 0:
        raise ValueError(f"messages cannot be less than none: {new} new, {old} old")
    counted = [_counted(count, noun, language) for count, noun in ((new, "mailbox/new"), (old, "mailbox/old")) if count]
    match counted:
        case []:
            return [Prompt.NO_MESSAGES.value]
        case [only]:
            return ["vm-youhave", *only]
        case _:
            return ["vm-youhave", *counted[0], "vm-and", *counted[1]]


def envelope(received: datetime, now: datetime, caller: str, language: Language) -> list[str]:
    """Say which caller left a message and when, before it is played.

    `received` is aware and in the mailbox's own time zone, in which it is said; `now` is aware. `caller` is an
    extension, a number in E.164 or as the network gave it, or anything else for a caller who is not known.
    """
    return [*_from(caller), "vm-received", *_day(received, now, language), *_time(received, language)]


def after_message(*, more: bool) -> list[str]:
    """Say the choices after a message: 5 again, 7 delete, 6 next (if there are more), 9 keep, * end."""
    onward = ["vm-next"] if more else []
    return ["vm-repeat", "vm-delete", *onward, "vm-savemessage", "mailbox/end"]


def _counted(count: int, noun: str, language: Language) -> list[str]:
    """Say how many there are; in Polish in the accusative, which only "jedną" shows: "masz jedną nową wiadomość"."""
    number, *rest = say_count(count, noun, language, Gender.FEMININE)
    return ["digits/1-a" if number == "digits/1z" else number, *rest]


def _from(caller: str) -> list[str]:
    number = caller.removeprefix(_COUNTRY)
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return ["mailbox/from-unknown"]
    if not caller.startswith("+") and len(caller) <= _LONGEST_EXTENSION:
        return ["vm-from-extension", *say_digits(caller)]
    return ["vm-from-phonenumber", *say_digits(number)]


def _day(received: datetime, now: datetime, language: Language) -> list[str]:
    """Say today, yesterday, or the day of the week and of the month; never a year (docs/decisions/0009)."""
    today = now.astimezone(received.tzinfo).date()
    if received.date() == today:
        return ["digits/today"]
    if received.date() == today - timedelta(days=1):
        return ["digits/yesterday"]
    weekday, month = f"time/on-{received.isoweekday() % 7}", f"digits/mon-{received.month - 1}"
    match language:
        case "pl":
            return [weekday, *_ordinal(received.day, "h-"), month]
        case "en":
            return [weekday, month, *_ordinal(received.day, "")]
        case _:
            assert_never(language)


def _ordinal(day: int, tens: str) -> list[str]:
    """Say 1 … 31. Both parts are ordinals in Polish (dwudziestego pierwszego), the last in English (twenty first)."""
    if day <= 20 or day == 30:
        return [f"digits/h-{day}"]
    return [f"digits/{tens}{day // 10 * 10}", f"digits/h-{day % 10}"]


def _time(moment: datetime, language: Language) -> list[str]:
    """Say a time of day; in Polish with 24 hours (o piętnastej siedem), in English with 12 (at three oh seven p.m.)."""
    if moment.hour == moment.minute == 0:
        return ["time/midnight"]
    match language:
        case "pl":
            return [*_polish_hour(moment), *_polish_minutes(moment.minute)]
        case "en":
            half = "digits/a-m" if moment.hour < 12 else "digits/p-m"
            return ["digits/at", *say_number((moment.hour - 1) % 12 + 1, "en"), *_english_minutes(moment.minute), half]
        case _:
            assert_never(language)


def _polish_hour(moment: datetime) -> list[str]:
    """Say the hour. After midnight the minutes follow their own zero: "o godzinie zero siedem" would be seven a.m."""
    if moment.hour:
        return [f"digits/t-{moment.hour}"]
    return ["digits/t-24", "digits/0"] if moment.minute < 10 else ["digits/t-24"]


def _polish_minutes(minute: int) -> list[str]:
    """Say the minutes. They agree with the unsaid noun (minuty); one alone does not: "o piętnastej jeden"."""
    gender = Gender.MASCULINE if minute == 1 else Gender.FEMININE
    return say_number(minute, "pl", gender) if minute else []


def _english_minutes(minute: int) -> list[str]:
    if not minute:
        return []
    leading = ["digits/oh"] if minute < 10 else []
    return [*leading, *say_number(minute, "en")]
