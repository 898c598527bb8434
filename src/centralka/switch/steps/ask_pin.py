"""Ask the caller for a PIN: before a call outside, before the mailbox."""

from centralka.calls.plan import AskPin, Outcome, Pin
from centralka.calls.prompts import Prompt

from ..money.bank import Bank
from ..wire.channel import Channel, is_who_called
from .sealed import answer
from .speak import ask_digits

_MOST_DIGITS = 10
_QUESTION = {Pin.OUTSIDE: Prompt.ENTER_PIN, Pin.MAILBOX: Prompt.MAILBOX_PIN}
_KEY_IS_OVER = "0.2"
"""Seconds."""


async def ask_pin(step: AskPin, channel: Channel, bank: Bank) -> Outcome:
    """Ask up to `step.tries` times, and nobody but the caller.

    The call is answered for it: not every phone sends digits before an answer.
    """
    await answer(channel)
    question = _QUESTION[step.pin]
    for _ in range(step.tries):
        digits = await ask_digits(channel, question, _MOST_DIGITS)
        if not await is_who_called(channel):
            return Outcome.WRONG_PIN
        if digits and await bank.is_right_pin(step.account_id, step.pin, digits):
            # The phone repeats the end of its last key (RFC 4733, 2.5.1.4): a side connected at once would get it.
            await channel.execute("Wait", _KEY_IS_OVER)
            return Outcome.RIGHT_PIN
        question = Prompt.WRONG_PIN
    return Outcome.WRONG_PIN
