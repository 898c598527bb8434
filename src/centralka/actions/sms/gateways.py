"""The operator's gateways for messages: in which order they are tried, and how each is spoken to."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.calls.spelling import parse_number
from centralka.gateways.handover import hand_over
from centralka.sms import gateway_words
from centralka.sms.gateway_words import Answer
from centralka.sms.http_gateway import TEMPLATE_FIELDS, Templates, places_in
from centralka.sms.parts import Coding
from centralka.sms.recipients import NoRecipient, recipient
from centralka.sms.serwersms import ADDRESS as SERWERSMS_ADDRESS
from centralka.sms.serwersms import SERWERSMS_FIELDS, read_numbers
from centralka.sms.smpp import (
    PASSWORD_MAX,
    PER_SECOND_MAX,
    SMPP_FIELDS,
    SYSTEM_ID_MAX,
    SYSTEM_TYPE_MAX,
    WINDOW_MAX,
    LongTexts,
    SmppSettings,
    read_place,
)
from centralka.sms.smsapi import ADDRESS as SMSAPI_ADDRESS
from centralka.store.models import Sms, SmsGateway
from centralka.store.sms import told

from ..actor import Operator
from ..errors import InUse, InvalidInput, NotFound, Problem, ProblemList, Taken, require_unchanged

NAME_MAX, ADDRESS_MAX, SECRET_MAX, TEMPLATE_MAX = 60, 500, 500, 2_000
PRIORITY_MIN, PRIORITY_MAX = 1, 999
NUMBERS_MAX = 50
"""Own numbers of a gateway of SerwerSMS.pl: each is a question of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayInput:
    """A gateway as the form or the API wants it. The defaults are those of an empty form."""

    name: str
    kind: str = SmsGateway.Kind.HTTP
    enabled: bool = True
    priority: int = 10
    address: str = ""
    secret: str | None = None
    """None: keep the present one."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Differences from the defaults of `Templates` (kind HTTP) or `SmppSettings` (kind SMPP); of SerwerSMS.pl the own
    `numbers`, with commas."""

    def __repr__(self) -> str:
        return f"GatewayInput({self.name!r})"  # never the secret


def gateways(operator: Operator) -> QuerySet[SmsGateway]:
    """Return all gateways in the order in which they are tried."""
    return SmsGateway.objects.order_by("priority", "id")


def gateway(operator: Operator, gateway_id: int) -> SmsGateway:
    """Return one gateway. Raises `NotFound`."""
    found = SmsGateway.objects.filter(pk=gateway_id).first() if 0 < gateway_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def add_gateway(operator: Operator, wanted: GatewayInput) -> SmsGateway:
    """Add a gateway; messages go over it from now on. Raises `InvalidInput`, `Taken` for a name in use."""
    wanted = _tidy(wanted)
    _check(wanted)
    made = SmsGateway()
    _write(made, wanted)
    return _saved(made)


def change_gateway(
    operator: Operator, gateway_id: int, changes: Mapping[str, Any], *, version: int | None = None
) -> SmsGateway:
    """Change some fields (names as in `GatewayInput`). `version` as in `change_trunk`."""
    gateway(operator, gateway_id)
    with transaction.atomic():
        found = SmsGateway.objects.select_for_update().get(pk=gateway_id)
        require_unchanged(found, version)
        kept = current_input(found)
        if changes.get("kind", found.kind) != found.kind:
            kept["templates"] = {}  # they are in another language
        wanted = _tidy(GatewayInput(**{**kept, **changes}))
        _check(wanted if wanted.secret is not None else replace(wanted, secret=found.secret))
        _write(found, wanted)
        found.version += 1
        return _saved(found)


def delete_gateway(operator: Operator, gateway_id: int) -> SmsGateway:
    """Remove a gateway. Raises `InUse` while it may have messages of which it has not told: switch it off first."""
    found = gateway(operator, gateway_id)
    waiting = found.sms.filter(state__in=[Sms.State.SENDING, Sms.State.UNKNOWN]).count()
    if waiting:
        said = _("%(count)s messages may be with it, and it still has to say so. Switch it off and wait.")
        raise InUse({"gateway": [Problem("waiting", said % {"count": waiting})]})
    SmsGateway.objects.filter(pk=found.pk).delete()
    return found


def try_gateway(operator: Operator, gateway_id: int, number: str) -> Answer:
    """Send a test message to a mobile number, and tell what the gateway says. It is nobody's, and is not kept.

    Raises `InvalidInput`, `NotFound`.
    """
    found, to, problems = gateway(operator, gateway_id), recipient(number), ProblemList()
    if isinstance(to, NoRecipient):
        problems.add("number", to, _("Give a mobile number to which the test goes."))
        raise InvalidInput(problems.found)
    now, key = timezone.now(), f"test-{secrets.token_hex(12)}"
    test = Sms(number=to.e164, text="Centralka: test", coding=Coding.GSM7, key=key, created_at=now, next_at=now)
    answer = hand_over(test, found)
    told(found.pk, "" if isinstance(answer, gateway_words.Taken) else answer.reason, now)
    return answer


def current_input(found: SmsGateway) -> dict[str, Any]:
    """Return the gateway as it is, in the words of `GatewayInput`; the secret is not told and stays None."""
    return {each.name: getattr(found, each.name) for each in fields(GatewayInput) if each.name != "secret"}


def templates_of(found: SmsGateway | None) -> dict[str, str]:
    """Return all templates of a gateway, also those that are as usual."""
    own = found.templates if found and found.kind == SmsGateway.Kind.HTTP else {}
    usual = asdict(Templates(address=""))
    return {name: str(own.get(name, usual[name])) for name in TEMPLATE_FIELDS}


def smpp_settings_of(found: SmsGateway | None) -> dict[str, str]:
    """Return all settings of a gateway over SMPP, also those that are as usual."""
    own = found.templates if found and found.kind == SmsGateway.Kind.SMPP else {}
    usual = asdict(SmppSettings())
    return {name: str(own.get(name, usual[name])) for name in SMPP_FIELDS}


def serwersms_settings_of(found: SmsGateway | None) -> dict[str, str]:
    """Return the settings of a gateway of SerwerSMS.pl."""
    own = found.templates if found and found.kind == SmsGateway.Kind.SERWERSMS else {}
    return {name: str(own.get(name, "")) for name in SERWERSMS_FIELDS}


def _tidy(wanted: GatewayInput) -> GatewayInput:
    over_smpp = wanted.kind == SmsGateway.Kind.SMPP
    usual = asdict(SmppSettings() if over_smpp else Templates(address=""))
    own = {name: text for name, text in wanted.templates.items() if usual.get(name) != text}
    given = asdict(wanted) | {"name": " ".join(wanted.name.split()), "address": wanted.address.strip()}
    if wanted.kind == SmsGateway.Kind.SMSAPI:
        own, given["address"] = {}, given["address"] or SMSAPI_ADDRESS
    if wanted.kind == SmsGateway.Kind.SERWERSMS:
        own, given["address"] = _tidy_numbers(wanted.templates), given["address"] or SERWERSMS_ADDRESS
    return GatewayInput(**given | {"templates": own})


def _tidy_numbers(templates: Mapping[str, str]) -> dict[str, str]:
    """Write numbers as E.164; what is none stays as it was typed."""
    typed = [part for part in str(templates.get("numbers", "")).replace(";", ",").split(",") if part.strip()]
    numbers = [parse_number(part) or part.strip() for part in typed]
    other = {name: text for name, text in templates.items() if name not in SERWERSMS_FIELDS}
    return other | ({"numbers": ", ".join(dict.fromkeys(numbers))} if numbers else {})


def _check(wanted: GatewayInput) -> None:
    problems = ProblemList()
    named = 0 < len(wanted.name) <= NAME_MAX and wanted.name.isprintable()
    problems.check(named, "name", "length", _("Give a name of 1 to 60 characters."))
    problems.check(wanted.kind in SmsGateway.Kind.values, "kind", "unknown", _("This is none of the choices."))
    in_range = PRIORITY_MIN <= wanted.priority <= PRIORITY_MAX
    said = _("The priority is from 1 to 999; the lowest is tried first.")
    problems.check(in_range, "priority", "out_of_range", said)
    if wanted.kind == SmsGateway.Kind.SMPP:
        _check_smpp(problems, wanted)
    elif wanted.kind == SmsGateway.Kind.SERWERSMS:
        _check_address(problems, "address", wanted.address)
        _check_serwersms(problems, wanted.templates)
    else:
        _check_address(problems, "address", wanted.address)
        _check_templates(problems, wanted)
    secret = wanted.secret or ""
    header_safe = len(secret) <= SECRET_MAX and secret.isascii() and secret.isprintable()
    problems.check(header_safe, "secret", "malformed", _("At most 500 characters of ASCII, on one line."))
    problems.raise_any()


def _check_serwersms(problems: ProblemList, settings: Mapping[str, str]) -> None:
    for name in settings:
        problems.check(name in SERWERSMS_FIELDS, name, "malformed", _("A gateway of SerwerSMS.pl has no such setting."))
    numbers = read_numbers(settings.get("numbers", ""))
    known = len(numbers) <= NUMBERS_MAX and all(parse_number(number) == number for number in numbers)
    problems.check(known, "numbers", "malformed", _("Give at most 50 mobile numbers, with commas between them."))


def _check_smpp(problems: ProblemList, wanted: GatewayInput) -> None:
    said = _("Give an address like smpp://host:2775, or smpps://host:3550 for one with TLS.")
    fits = len(wanted.address) <= ADDRESS_MAX and read_place(wanted.address) is not None
    problems.check(fits, "address", "malformed", said)
    for name, text in wanted.templates.items():
        known = name in SMPP_FIELDS and isinstance(text, str)
        problems.check(known, name, "malformed", _("A gateway over SMPP has no such setting."))
    if set(wanted.templates) <= set(SMPP_FIELDS):
        _check_smpp_settings(problems, SmppSettings(**wanted.templates))
    fits = len(wanted.secret or "") <= PASSWORD_MAX
    problems.check(fits, "secret", "too_long", _("A password of SMPP has at most 8 characters."))


def _check_smpp_settings(problems: ProblemList, settings: SmppSettings) -> None:
    fits = 0 < len(settings.system_id) <= SYSTEM_ID_MAX and _is_plain(settings.system_id)
    said = _("Give the login that the provider gave you (system_id), of 1 to 15 characters without Polish letters.")
    problems.check(fits, "system_id", "malformed", said)
    fits = len(settings.system_type) <= SYSTEM_TYPE_MAX and _is_plain(settings.system_type)
    problems.check(fits, "system_type", "malformed", _("At most 12 characters without Polish letters."))
    fits = _is_plain(settings.random_sender) and len(settings.random_sender) <= _sender_room(settings.random_sender)
    said = _("A number with at most 15 digits, or a name with at most 11 characters without Polish letters.")
    problems.check(fits, "random_sender", "malformed", said)
    known = settings.long_texts in list(LongTexts)
    problems.check(known, "long_texts", "unknown", _("This is none of the choices."))
    _check_number(problems, "window", settings.window, WINDOW_MAX)
    _check_number(problems, "per_second", settings.per_second, PER_SECOND_MAX)


def _check_number(problems: ProblemList, name: str, text: str, most: int) -> None:
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most
    problems.check(fits, name, "out_of_range", _("Give a number from 1 to %(most)s.") % {"most": most})


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)


def _sender_room(sender: str) -> int:
    return 16 if sender.removeprefix("+").isdigit() else 11


def _check_address(problems: ProblemList, name: str, address: str) -> None:
    said = _("Give an address that begins with https:// (http:// for one on this machine or in your network).")
    problems.check(len(address) <= ADDRESS_MAX and _is_address(address), name, "malformed", said)


def _is_address(address: str) -> bool:
    if not address.isprintable() or not address.isascii() or " " in address:
        return False
    try:
        url = urlsplit(address)
        return url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        return False


def _check_templates(problems: ProblemList, wanted: GatewayInput) -> None:
    for name, text in wanted.templates.items():
        known = name in TEMPLATE_FIELDS and isinstance(text, str) and len(text) <= TEMPLATE_MAX and "\0" not in text
        problems.check(known, name, "malformed", _("This is no template, or is longer than 2000 characters."))
    if problems.found or wanted.kind != SmsGateway.Kind.HTTP:
        return
    templates = Templates(address=wanted.address, **wanted.templates)
    places = places_in(templates.body) | places_in(templates.address)
    said = _("The request has to hold {to} (or {to_digits}) and {text}, or no message reaches anybody.")
    problems.check("text" in places and bool(places & {"to", "to_digits"}), "body", "no_places", said)
    if templates.ask:
        _check_address(problems, "ask", templates.ask)
        asks = bool(places_in(templates.ask) & {"key", "id"})
        problems.check(asks, "ask", "no_places", _("The question has to hold {key} or {id}."))


def _write(found: SmsGateway, wanted: GatewayInput) -> None:
    for name in ("name", "kind", "enabled", "priority", "address"):
        setattr(found, name, getattr(wanted, name))
    found.templates = dict(wanted.templates)
    if wanted.secret is not None:
        found.secret = wanted.secret
    found.problem, found.told_at = "", None


def _saved(found: SmsGateway) -> SmsGateway:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Taken({"name": [Problem("taken", _("Another gateway has this name."))]}) from None
    return found
