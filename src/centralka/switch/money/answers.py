"""The answer of a call that is paid for, in one word, which the engine writes into the journal."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from decimal import Decimal

from centralka.calls.journal_events import Paid
from centralka.calls.tariffs import Rate

_BETWEEN = "/"
"""A sign that is in none of the parts, and means nothing to Dial, Gosub and CEL, through which the word passes."""


def answer_word(reservation_id: int, number: str, rate: Rate) -> str:
    """Write which reservation the call lives on and what it costs, so that nothing else is needed to charge it."""
    money = (str(rate.per_minute), str(rate.connection_fee))
    parts = (str(reservation_id), number, rate.prefix, *money, str(rate.first_increment), str(rate.next_increment))
    # Any text: commas, carets and brackets would end it on its way.
    return _BETWEEN.join([*parts, urlsafe_b64encode(rate.description.encode()).decode().rstrip("=")])


def read_answer(word: str, time: datetime, channel: str, name: str) -> Paid:
    """Read the word. `name`: of the channel. Raises ValueError, ArithmeticError for anything else."""
    reservation, number, prefix, per_minute, fee, first, following, description = word.split(_BETWEEN)
    told = urlsafe_b64decode(description + "=" * (-len(description) % 4)).decode()
    rate = Rate(prefix, told, Decimal(per_minute), Decimal(fee), int(first), int(following))
    return Paid(time, channel, number, rate, int(reservation), name)
