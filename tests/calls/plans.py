"""Plans of every kind, as the planner makes them."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from centralka.calls.destinations import Level
from centralka.calls.facts import (
    Account,
    CallerNumber,
    CallFacts,
    Condition,
    ForwardTarget,
    IncomingFacts,
    Mailbox,
    Outside,
    ToExtension,
    ToNobody,
    ToOutside,
    ToVoicemail,
    Trunk,
    Unanswered,
)
from centralka.calls.plan import Plan
from centralka.calls.planner import plan_call
from centralka.calls.spelling import NumberStyle
from centralka.calls.tariffs import Rate

from .people import ALICJA, FIRM, a_call, a_call_from_outside, outside

MONEY = st.decimals(0, 9, places=4)
NAMES = st.text('aZż „"%(1)\\\n', max_size=8)
RATES = st.builds(
    Rate, st.sampled_from(["486", "44"]), NAMES, MONEY, MONEY, st.integers(1, 60), st.integers(1, 60), st.booleans()
)
TRUNKS = st.lists(st.builds(Trunk, st.integers(1, 9), NAMES, st.sampled_from(NumberStyle), st.booleans()), max_size=3)
ACCOUNTS = st.sampled_from(["100", "101", "11"]).flatmap(
    lambda extension: st.builds(
        Account,
        id=st.just(int(extension)),
        login=st.just(f"kwiaty_{extension}"),
        extension=st.just(extension),
        name=NAMES,
        internal_caller_id=st.none(),
        ring_timeout=st.integers(5, 180),
        call_waiting=st.booleans(),
    )
)
MAILBOXES = st.builds(Mailbox, st.booleans(), st.booleans(), st.booleans(), st.booleans())


CALLED = [outside(number) for number in ("600100200", "112", "116111", "0044 20 7946 0958", "118913", "701111111")]


@st.composite
def outsides(draw: st.DrawFn) -> Outside:
    """A public number, with or without something that stands against it."""
    return replace(
        draw(st.sampled_from(CALLED)),
        level=draw(st.sampled_from(Level)),
        max_rate=draw(st.sampled_from([Decimal(1), Decimal(100)])),
        rate=draw(st.none() | RATES),
        available=draw(st.sampled_from([Decimal(0), Decimal(100)])),
        caller=CallerNumber(
            draw(st.sampled_from([FIRM, FIRM, None])), draw(st.booleans()), draw(st.sampled_from([True, True, False]))
        ),
        pin_needed=draw(st.booleans()),
        trunks=tuple(draw(TRUNKS)),
        blocked=draw(st.sampled_from([None, None, None, "nie płaci"])),
    )


TARGETS: st.SearchStrategy[ForwardTarget] = st.one_of(
    st.builds(ToExtension, ACCOUNTS),
    st.builds(ToOutside, NAMES, outsides()),
    st.just(ToVoicemail()),
    st.just(ToNobody()),
)
UNANSWERED = st.builds(
    Unanswered,
    st.dictionaries(st.sampled_from(Condition), TARGETS),
    st.integers(5, 180),
    st.none() | MAILBOXES,
)
LONGEST = st.sampled_from([None, 3600])


@st.composite
def calls_of_accounts(draw: st.DrawFn) -> CallFacts:
    """Somebody of the company dials."""
    callee = draw(st.none() | ACCOUNTS)
    facts = a_call(draw(st.sampled_from(["101", "999", "*43", "*98", "abc"])), callee, ALICJA)
    return replace(
        facts,
        outside=draw(st.none() | outsides()),
        unanswered=draw(UNANSWERED),
        mailbox=draw(st.none() | MAILBOXES),
        transferred=draw(st.booleans()),
        from_outside=draw(st.sampled_from([None, "+48600300400"])),
        longest_call=draw(LONGEST),
    )


@st.composite
def calls_from_outside(draw: st.DrawFn) -> IncomingFacts:
    """A carrier brings a call in."""
    facts = a_call_from_outside(draw(st.none() | ACCOUNTS), blocked=draw(st.sampled_from([None, None, "nie płaci"])))
    return replace(facts, unanswered=draw(UNANSWERED), diversions=draw(st.integers(0, 6)), longest_call=draw(LONGEST))


FACTS: st.SearchStrategy[CallFacts | IncomingFacts] = calls_of_accounts() | calls_from_outside()
PLANS: st.SearchStrategy[Plan] = FACTS.map(plan_call)
