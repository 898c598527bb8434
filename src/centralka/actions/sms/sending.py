"""Sending messages: everything is checked before one of them is queued, and the money for all is put aside."""

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.calls.destinations import Level
from centralka.calls.fraud import Breach, Stop
from centralka.calls.spelling import grouped
from centralka.sms.parts import MOST_PARTS, Counted, count
from centralka.sms.plain import without_polish_letters
from centralka.sms.prices import SmsRate, rate_of
from centralka.sms.recipients import NoRecipient, recipient
from centralka.sms.senders import Tier, tier_of
from centralka.sms.states import State
from centralka.sms.texts import has_bad_characters, tidy
from centralka.store import money
from centralka.store.models import Role, SipAccount, Sms, SmsGateway, SmsPrice, SmsStop, Tenant
from centralka.store.sms import keep

from ..actor import Actor
from ..checks.quoted import quoted
from ..errors import InvalidInput, Problem, ProblemList
from ..request_keys import KeyReused, made_before, note_made
from .senders import Sender, sender_of

MOST_RECIPIENTS = 1_000
MOST_READ = 20_000
"""Entries of a list that are looked at, doubles included."""
_TOLD_AT_MOST = 20
"""Recipients that are named as wrong; the rest of them would hide the form."""

_TILL_ON_RECORD = 1.5
"""Seconds: a call that is over is on record within one, also in a busy house."""

NOT_THERE: dict[NoRecipient, str | Promise] = {
    NoRecipient.NOT_A_NUMBER: gettext_lazy("%(number)s is not a number, e.g. 600 100 200 or +49 151 23456789."),
    NoRecipient.SHORT_CODE: gettext_lazy("%(number)s is an emergency or service number; it takes no messages."),
    NoRecipient.PREMIUM: gettext_lazy("%(number)s is a premium-rate number; messages do not go there."),
    NoRecipient.SATELLITE: gettext_lazy("%(number)s is a satellite phone; messages do not go there."),
    NoRecipient.LANDLINE: gettext_lazy("%(number)s is no mobile number; it takes no messages."),
    NoRecipient.ABOVE_LEVEL: gettext_lazy("This account may not send to %(number)s: its permission ends before."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsInput:
    """A text to be sent from an account. `to`: numbers in any spelling; one that is there twice gets it once."""

    account_id: int
    to: Sequence[str]
    text: str
    plain: bool = False
    """Without Polish letters."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Parts and price of a text, before it is sent. PLN net."""

    text: str
    """As it would be sent."""
    counted: Counted
    recipients: int
    price: Decimal | None
    """Of all messages; None where a price or a recipient is not known."""


def send(
    actor: Actor,
    wanted: SmsInput,
    *,
    request: str = "",
    now: datetime | None = None,
    pause: Callable[[float], object] | None = time.sleep,
    note: bool = True,
) -> list[Sms]:
    """Queue a message to each recipient: all of them, or none. Each is sent once, and paid once it is taken.

    Where the money does not reach, it is looked once more after a pause if it would with what calls hold: what those
    that are over had put aside is there again with their records. Raises `InvalidInput`: `to.<index>` for a wrong
    recipient. `request`: a key of the client's; the same request with the same key gives the messages that it made.
    `pause`: None for who looks again by itself, with `note` at the last look: whether a limit of spending that refuses
    it begins to hold.
    """
    actor.require(Role.MANAGER)
    actor.require_unblocked()
    now = now or timezone.now()
    try:
        return _looking_twice(lambda: _sent(actor, wanted, request, now), pause)
    except _NotPaid as refused:
        if refused.breach and note:
            # After the transaction, which comes to nothing.
            money.note_breach(actor.tenant.pk, refused.breach, now)
        raise InvalidInput({"to": [refused.problem]}) from None


class _NotPaid(Exception):
    """No money is put aside. `breach`: a rule against fraud forbids it, and begins to hold. `for_now`: what calls hold
    would be enough, and may be there again with the records of those that are over."""

    def __init__(self, problem: Problem, breach: Breach | None = None, *, for_now: bool = False) -> None:
        self.problem, self.breach, self.for_now = problem, breach, for_now
        super().__init__(problem.code)


def _looking_twice(sent: Callable[[], list[Sms]], pause: Callable[[float], object] | None) -> list[Sms]:
    try:
        return sent()
    except _NotPaid as refused:
        if pause is None or not refused.for_now:
            raise
    pause(_TILL_ON_RECORD)
    return sent()


def _sent(actor: Actor, wanted: SmsInput, request: str, now: datetime) -> list[Sms]:
    text = written(wanted.text, plain=wanted.plain)
    with transaction.atomic():
        money.lock(actor.tenant.pk)
        if request and (made := made_before(actor, request, asdict(wanted))) is not None:
            return _made(actor, made)
        tenant = Tenant.objects.select_related("price_list").get(pk=actor.tenant.pk)
        messages = _checked(tenant, wanted, text, now)
        kept = _queued(actor, messages, now)
        if request:
            note_made(actor, request, asdict(wanted), kept[0].pk, now)
    return kept


def estimate(actor: Actor, wanted: SmsInput) -> Estimate:
    """Tell what a text comes to while it is typed; nothing is refused here."""
    actor.require(Role.MANAGER)
    text = written(wanted.text, plain=wanted.plain)
    counted, numbers = count(text), _numbers(wanted.to)
    account = actor.tenant.sip_accounts.filter(pk=wanted.account_id).first() if wanted.account_id else None
    sender = sender_of(account) if account else None
    if not isinstance(sender, Sender):
        return Estimate(text, counted, len(numbers), None)
    rates = rates_of(actor.tenant)
    prices = [_price(rates, number, tier_of(sender.mode), counted.parts) for number in numbers]
    known = [price for price in prices if price is not None]
    return Estimate(text, counted, len(numbers), sum(known, Decimal(0)) if len(known) == len(prices) else None)


def written(text: str, *, plain: bool) -> str:
    """Return a text as it is sent."""
    text = tidy(text)
    return without_polish_letters(text) if plain else text


def rates_of(tenant: Tenant) -> list[SmsRate]:
    """Read the prices of the company's list."""
    rows = SmsPrice.objects.filter(price_list_id=tenant.price_list_id) if tenant.price_list_id else []
    return [SmsRate(row.prefix, row.standard, row.premium, row.description) for row in rows]


def sent_lately(tenant: Tenant, now: datetime) -> int:
    """Count what the company sent within the last hour, or tried to."""
    return tenant.sms.filter(direction=Sms.Direction.OUT, created_at__gt=now - timedelta(hours=1)).count()


def _made(actor: Actor, first: int) -> list[Sms]:
    batch = actor.tenant.sms.filter(pk=first).values_list("batch", flat=True).first()
    if not batch:
        raise KeyReused
    return list(actor.tenant.sms.filter(batch=batch).order_by("pk"))


def _checked(tenant: Tenant, wanted: SmsInput, text: str, now: datetime) -> list[Sms]:
    """Return the messages as they are to be kept. Raises `InvalidInput`."""
    problems = ProblemList()
    counted = _check_text(problems, text)
    account, sender = _check_account(problems, tenant, wanted.account_id)
    level = Level(account.international or tenant.international) if account else Level.WORLD
    numbers = _check_recipients(problems, wanted.to, level)
    _check_stops(problems, tenant, numbers)
    has_way = SmsGateway.objects.filter(enabled=True).exists()
    problems.check(has_way, "to", "no_gateway", _("The operator has set up no way to send text messages."))
    problems.raise_any()
    if account is None or sender is None:
        raise AssertionError("a missing account is a problem")
    tier = tier_of(sender.mode)
    priced = _check_prices(problems, tenant, list(numbers), tier, counted.parts)
    _check_amount(problems, tenant, len(numbers), now)
    problems.raise_any()
    batch = secrets.token_hex(16)
    return [
        Sms(
            tenant=tenant,
            sip_account=account,
            direction=Sms.Direction.OUT,
            number=number,
            sender=sender.text,
            text=text,
            coding=counted.coding,
            parts=counted.parts,
            tier=tier,
            price=price,
            state=State.QUEUED,
            key=secrets.token_hex(16),
            batch=batch,
            next_at=now,
            created_at=now,
        )
        for number, price in priced
    ]


def _queued(actor: Actor, messages: list[Sms], now: datetime) -> list[Sms]:
    for sms in messages:
        sms.by = actor.who
    told = [(sms.key, sms.number, sms.price or money.NOTHING) for sms in messages]
    account_id = messages[0].sip_account_id or 0
    if refused := money.put_aside(actor.tenant.pk, account_id, told, now):
        raise _not_paid(account_id, told, refused)
    keep(messages)
    return list(Sms.objects.filter(batch=messages[0].batch).order_by("pk"))


def _not_paid(account_id: int, told: Sequence[tuple[str, str, Decimal]], refused: money.Short | Stop) -> _NotPaid:
    said = _("The company's protection against fraud stops it: the limit of spending is reached (Settings).")
    limit = Problem("fraud_limit", said)
    if isinstance(refused, Stop):
        return _NotPaid(limit)
    cost = sum((price for _key, _number, price in told), Decimal(0))
    for_now = refused.room + refused.held >= cost
    if refused.stop is None:
        said = _("There is too little money: it costs %(cost)s PLN net, and %(left)s PLN can be spent.")
        return _NotPaid(Problem("no_money", said % {"cost": cost, "left": refused.room}), for_now=for_now)
    return _NotPaid(limit, Breach(refused.stop, account_id, told[0][1]), for_now=for_now)


def _check_text(problems: ProblemList, text: str) -> Counted:
    problems.check(text != "", "text", "required", _("Write what is to be sent."))
    bad = has_bad_characters(text)
    problems.check(not bad, "text", "bad_characters", _("The text has control characters; write it without them."))
    counted = count("" if bad else text)
    said = _("The text is too long: it would take %(parts)s parts, at most %(most)s are sent.")
    fits = counted.parts <= MOST_PARTS
    problems.check(fits, "text", "too_long", said % {"parts": counted.parts, "most": MOST_PARTS})
    return counted


def _check_account(problems: ProblemList, tenant: Tenant, account_id: int) -> tuple[SipAccount | None, Sender | None]:
    own = tenant.sip_accounts.select_related("sms_number", "sms_name")
    account = own.filter(pk=account_id, kind=SipAccount.Kind.VOICE).first() if 0 < account_id < 2**63 else None
    if account is None:
        problems.add("account", "unknown", _("Choose the account that sends."))
        return None, None
    sender = sender_of(account)
    if isinstance(sender, Problem):
        problems.add("account", sender.code, sender.message)
        return account, None
    return account, sender


def _check_recipients(problems: ProblemList, texts: Sequence[str], level: Level) -> dict[str, int]:
    """Return the numbers in E.164, each once, and where it stands in the list."""
    read: dict[str, int] = {}
    wrong = 0
    for index, text in enumerate(texts[:MOST_READ]):
        found = recipient(text)
        if not isinstance(found, NoRecipient) and not level.covers(found.level):
            found = NoRecipient.ABOVE_LEVEL
        if not isinstance(found, NoRecipient):
            read.setdefault(found.e164, index)
        elif (wrong := wrong + 1) <= _TOLD_AT_MOST:
            problems.add(f"to.{index}", found, str(NOT_THERE[found]) % {"number": quoted(text)})
    problems.check(bool(texts), "to", "required", _("Say to whom it goes."))
    said = _("At most %(most)s recipients at once.") % {"most": MOST_RECIPIENTS}
    problems.check(len(read) <= MOST_RECIPIENTS and len(texts) <= MOST_READ, "to", "too_many", said)
    return read


def _check_stops(problems: ProblemList, tenant: Tenant, numbers: dict[str, int]) -> None:
    stopped = SmsStop.objects.filter(tenant=tenant).values_list("number", flat=True)
    for number in [number for number in stopped if number in numbers][:_TOLD_AT_MOST]:
        said = _("%(number)s wants no messages of the company (Text messages → Want no more).")
        problems.add(f"to.{numbers[number]}", "stopped", said % {"number": grouped(number)})


def _check_prices(
    problems: ProblemList, tenant: Tenant, numbers: Iterable[str], tier: Tier, parts: int
) -> list[tuple[str, Decimal]]:
    rates, priced, refused = rates_of(tenant), [], 0
    for number in numbers:
        price = _price(rates, number, tier, parts)
        if price is not None and price <= tenant.sms_max_price:
            priced.append((number, price))
        elif (refused := refused + 1) <= _TOLD_AT_MOST:
            problems.add("to", *_no_price(number, price, tenant.sms_max_price))
    return priced


def _no_price(number: str, price: Decimal | None, most: Decimal) -> tuple[str, str]:
    if price is None:
        return "no_price", _("No price is known for messages to %(number)s.") % {"number": grouped(number)}
    said = _("A message to %(number)s costs %(price)s PLN net; the company allows %(most)s (Settings).")
    return "too_dear", said % {"number": grouped(number), "price": price, "most": most}


def _check_amount(problems: ProblemList, tenant: Tenant, wanted: int, now: datetime) -> None:
    left = max(0, tenant.sms_per_hour - sent_lately(tenant, now))
    said = _("The company sends at most %(most)s messages within an hour; %(left)s can be sent now.")
    values = {"most": tenant.sms_per_hour, "left": left}
    problems.check(wanted <= left, "to", "limit", said % values)


def _price(rates: Sequence[SmsRate], number: str, tier: Tier, parts: int) -> Decimal | None:
    rate = rate_of(rates, number)
    each = rate.per_part(tier) if rate else None
    return None if each is None else each * parts


def _numbers(texts: Sequence[str]) -> list[str]:
    """Return the recipients that a list names, each once; what is no recipient is left out here."""
    found = (recipient(text) for text in texts[:MOST_READ])
    return list(dict.fromkeys(one.e164 for one in found if not isinstance(one, NoRecipient)))
