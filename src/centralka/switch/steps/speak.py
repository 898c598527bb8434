"""Speak to the caller: prompts in the channel's language, and questions that are answered with digits."""

from centralka.calls.prompts import Prompt
from centralka.calls.speech import Language, say_money
from centralka.calls.tariffs import Rate, first_minute

from ..wire.channel import Channel

_DIGITS_WITHIN = 8.0
"""Seconds: how long we wait for the first digit, and for each next one."""


async def say(channel: Channel, *names: str) -> None:
    """Say prompts before the call is answered, as early media: the caller hears them and pays nothing (RFC 3960)."""
    await channel.execute("Progress")
    await channel.execute("Playback", f"{'&'.join(names)},noanswer")


def price_in_words(rate: Rate, channel: Channel) -> list[str]:
    """Put the price of a minute, PLN net, into prompts in the channel's language; of the first minute if dearer."""
    language: Language = "en" if channel.request.language == "en" else "pl"
    amount = first_minute(rate)
    prompt = Prompt.PRICE_PER_MINUTE if amount == rate.per_minute else Prompt.PRICE_OF_FIRST_MINUTE
    return [prompt.value, *say_money(amount, language)]


async def ask_digits(channel: Channel, question: Prompt, most: int) -> str:
    """Play `question` and wait for up to `most` digits, ended by # or silence. Raises ChannelGone at a hang-up."""
    return await channel.digits(question.value, _DIGITS_WITHIN, most)
