"""Read the facts of a call from rows, by a bounded number of statements, whatever the tenant's size.

They are written out, not made by the ORM: they stand in the path of every call, and building a query and its model
instances costs several times what the database takes to answer it (`make bench`; docs/decisions/0005).
"""

from datetime import datetime
from functools import lru_cache

from centralka.calls.called_number import Arrival, CalledNumberIn
from centralka.calls.destinations import Destination, Level, destination, is_emergency
from centralka.calls.facts import (
    CallerNumber,
    CallFacts,
    Condition,
    FaxToneFacts,
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
from centralka.calls.fraud import Guard, Limits, NightCalls, Use, Watched, area_of
from centralka.calls.spelling import NumberStyle
from centralka.calls.tariffs import Rate, prefixes_of
from centralka.calls.voicemail import MAILBOX, is_full

from .account_columns import account_columns, account_in
from .fraud import IS_CALL, STANDING, clock, stop_in
from .statements import Row, moment, money_in, named_rows_of

_BLOCKED = "CASE WHEN t.blocked_at IS NOT NULL THEN t.block_reason END AS blocked"
# Most accounts have neither mailbox nor forwards: `_UNANSWERED` need not be asked of them.
_GOES_ON = """
{0}.return_after, {0}.voicemail_enabled OR EXISTS (SELECT 1 FROM forward f WHERE f.sip_account_id = {0}.id) AS goes_on
"""
_CALLER_AND_CALLEE = f"""
SELECT a.tenant_id, t.longest_call, {_GOES_ON.format("a")}, {account_columns("a")}
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id WHERE a.login = %s
UNION ALL
SELECT b.tenant_id, 0, {_GOES_ON.format("b")}, {account_columns("b")}
FROM sip_account a JOIN sip_account b ON b.tenant_id = a.tenant_id AND b.extension = %s
WHERE a.login = %s
"""
_OF_COMPANY = f"""
t.international AS company_international, t.max_rate AS company_max_rate,
t.premium_allowed, t.satellite_allowed, t.unknown_allowed,
t.balance + t.credit_limit
    - COALESCE((SELECT SUM(r.amount) FROM reservation r WHERE r.tenant_id = t.id), 0) AS available,
t.price_list_id,
(SELECT MIN(own.e164) FROM number own WHERE own.tenant_id = t.id) AS first_number,
(SELECT COUNT(*) FROM reservation r WHERE r.tenant_id = t.id AND r.number = %s AND {IS_CALL}) AS going_on,
t.calls_at_once AS company_calls_at_once, t.account_calls_at_once, t.ask_new_countries,
t.night_calls, t.night_from, t.night_until,
(SELECT COUNT(*) FROM reservation r WHERE r.tenant_id = t.id AND {IS_CALL}) AS company_calls,
(SELECT COUNT(*) FROM reservation r WHERE r.tenant_id = t.id AND r.sip_account_id = %s AND {IS_CALL}) AS account_calls,
{STANDING.format("t.id")} AS stopped,
EXISTS (SELECT 1 FROM known_country k WHERE k.tenant_id = t.id AND k.area = %s) AS country_known,
{_BLOCKED}
"""
_COMPANY = f"SELECT {_OF_COMPANY} FROM tenant t WHERE t.id = %s"
_PERMISSIONS = f"""
SELECT {_OF_COMPANY}, a.international, a.max_rate, a.calls_at_once, a.outbound_pin_digest <> '' AS pin_needed,
       a.caller_id_restricted, shown.e164 AS caller_id, COALESCE(shown.tenant_id = t.id, FALSE) AS caller_id_owned
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id LEFT JOIN number shown ON shown.id = a.caller_id_id
WHERE a.id = %s
"""
_PRICE = """
SELECT prefix, description, per_minute, connection_fee, first_increment, next_increment, barred
FROM price WHERE revision_id = (
    SELECT id FROM price_list_revision WHERE price_list_id = %s AND holds_from <= %s
    ORDER BY holds_from DESC, id DESC LIMIT 1
) AND prefix IN ({}) ORDER BY LENGTH(prefix) DESC LIMIT 1
"""
_TRUNKS = "SELECT id, name, number_style, foreign_caller_ids FROM trunk WHERE enabled ORDER BY priority, name, id"
_NUMBER = f"""
SELECT n.tenant_id, t.language, t.longest_call, {_BLOCKED}, {account_columns("a")}
FROM number n JOIN tenant t ON t.id = n.tenant_id
LEFT JOIN sip_account a ON a.id = n.sip_account_id AND a.tenant_id = n.tenant_id
WHERE n.e164 = %s
"""
_CALLEE = f"""
SELECT a.tenant_id, t.language, t.longest_call, {_BLOCKED}, {account_columns("a")}
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id WHERE a.id = %s
"""
_FAX_ACCOUNT = f"""
SELECT a.tenant_id, t.longest_call, {account_columns("a")}
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id WHERE a.login = %s AND a.kind = 'fax'
"""
_UNANSWERED = f"""
SELECT a.return_after, a.voicemail_enabled, a.greeting_on_no_answer, a.greeting_on_busy,
       EXISTS (SELECT 1 FROM greeting g WHERE g.sip_account_id = a.id) AS own_greeting,
       f.condition, f.kind AS forward_kind, e.e164, e.name AS external_name, {account_columns("t")}
FROM sip_account a
LEFT JOIN forward f ON f.sip_account_id = a.id
LEFT JOIN sip_account t ON t.id = f.target_id AND t.tenant_id = a.tenant_id
LEFT JOIN external_number e ON e.id = f.external_id AND e.tenant_id = a.tenant_id
WHERE a.id = %s
"""
_MESSAGES = """
SELECT COUNT(*) AS messages, COALESCE(SUM(seconds), 0) AS seconds
FROM voicemail_message WHERE sip_account_id = %s AND deleted_at IS NULL
"""
_CARRIER = "SELECT name, username, called_number FROM trunk WHERE id = %s"


def call_facts(*, login: str, dialled: str, now: datetime) -> CallFacts | None:
    """Gather what a decision needs about a call that the phone of `login` makes; None if there is no such account."""
    rows = named_rows_of(_CALLER_AND_CALLEE, [login, dialled, login])
    caller = next((row for row in rows if row["login"] == login), None)
    if caller is None:
        return None
    callee = next((row for row in rows if row["extension"] == dialled), None)
    to = destination(dialled) if callee is None or is_emergency(dialled) else None
    return CallFacts(
        tenant_id=caller["tenant_id"],
        caller=account_in(caller),
        dialled=dialled,
        callee=account_in(callee) if callee else None,
        outside=_outside(caller["id"], to, now) if to else None,
        now=now,
        unanswered=_unanswered_in(callee, now) if callee else Unanswered(),
        mailbox=_unanswered(caller["id"], now).mailbox if dialled == MAILBOX else None,
        longest_call=caller["longest_call"],
    )


def incoming_facts(*, trunk_id: int, arrival: Arrival, now: datetime) -> IncomingFacts | None:
    """Gather what a decision needs about a call from a carrier; None for a number that no company here has.

    `trunk_id`: 0 for a call that is only thought of.
    """
    unknown = {"name": "", "username": "", "called_number": CalledNumberIn.AUTOMATIC}
    carrier = next(iter(named_rows_of(_CARRIER, [trunk_id])), unknown)
    to = destination(arrival.called(CalledNumberIn(carrier["called_number"]), carrier["username"]))
    found = next(iter(named_rows_of(_NUMBER, [to.number])), None) if to else None
    if to is None or found is None:
        return None
    rings = found["id"] is not None
    return IncomingFacts(
        tenant_id=found["tenant_id"],
        number=to.number,
        from_number=arrival.caller.number,
        from_name=arrival.caller.shown_name(found["language"]),
        callee=account_in(found) if rings else None,
        language=found["language"],
        trunk=carrier["name"],
        now=now,
        blocked=found["blocked"],
        longest_call=found["longest_call"],
        unanswered=_unanswered(found["id"], now) if rings else Unanswered(),
    )


def incoming_facts_for(*, account_id: int, number: str, caller_number: str, now: datetime) -> IncomingFacts:
    """Gather facts as `incoming_facts` does, of a call for an account. `number`: E.164; "" where none points at it.

    `caller_number`: E.164; "" if the caller hides it.
    """
    (row,) = named_rows_of(_CALLEE, [account_id])
    return IncomingFacts(
        tenant_id=row["tenant_id"],
        number=number,
        from_number=caller_number,
        from_name="",
        callee=account_in(row),
        language=row["language"],
        trunk="",
        now=now,
        blocked=row["blocked"],
        longest_call=row["longest_call"],
        unanswered=_unanswered(account_id, now),
    )


def fax_tone_facts(
    *, login: str, caller: tuple[str, str], to_number: str, direction: str, now: datetime
) -> FaxToneFacts | None:
    """Gather what is needed where a caller sends the fax tone; None: the fax account of that login is gone.

    `caller`: number and name.
    """
    row = next(iter(named_rows_of(_FAX_ACCOUNT, [login])), None)
    if row is None:
        return None
    number, name = caller
    return FaxToneFacts(
        tenant_id=row["tenant_id"],
        receiver=account_in(row),
        from_number=number,
        from_name=name,
        to_number=to_number,
        direction=direction,
        now=now,
        longest_call=row["longest_call"],
    )


def _unanswered_in(callee: Row, now: datetime) -> Unanswered:
    return _unanswered(callee["id"], now) if callee["goes_on"] else Unanswered(return_after=callee["return_after"])


def _unanswered(account_id: int, now: datetime) -> Unanswered:
    """Read what follows when the account does not take a call."""
    rows = named_rows_of(_UNANSWERED, [account_id])
    return Unanswered(
        forwards={Condition(row["condition"]): _target(account_id, now, row) for row in rows if row["condition"]},
        return_after=rows[0]["return_after"],
        mailbox=mailbox_in(account_id, rows[0]),
    )


def mailbox_in(account_id: int | None, row: Row) -> Mailbox | None:
    """Read the mailbox of an account from a row with its columns and `own_greeting`; None: it is off."""
    if not row["voicemail_enabled"]:
        return None
    return Mailbox(
        own_greeting=bool(row["own_greeting"]),
        greeting_on_no_answer=bool(row["greeting_on_no_answer"]),
        greeting_on_busy=bool(row["greeting_on_busy"]),
        full=_is_full(account_id),
    )


def _is_full(account_id: int | None) -> bool:
    (kept,) = named_rows_of(_MESSAGES, [account_id])
    return is_full(kept["messages"], kept["seconds"])


def _target(account_id: int, now: datetime, row: Row) -> ForwardTarget:
    if row["forward_kind"] == "voicemail":
        return ToVoicemail()
    if row["forward_kind"] == "extension" and row["id"] is not None:
        return ToExtension(account_in(row))
    if row["forward_kind"] == "external" and row["e164"] is not None and (to := destination(row["e164"])) is not None:
        return ToOutside(row["external_name"] or "", _outside(account_id, to, now))
    return ToNobody()


def _outside(account_id: int, to: Destination, now: datetime) -> Outside:
    (row,) = named_rows_of(_PERMISSIONS, [*_asked(account_id, to), account_id])
    return _outside_in(account_id, row, to, now)


def _asked(account_id: int, to: Destination) -> list[str | int]:
    """List the values that `_OF_COMPANY` asks for."""
    return [to.number, account_id, account_id, area_of(to)]


def outside_as_typed(tenant_id: int, account: Row, to: Destination, now: datetime) -> Outside:
    """Gather what decides about a call outside of an account that is as the columns in `account` say."""
    account_id = account["id"] or 0
    (company,) = named_rows_of(_COMPANY, [*_asked(account_id, to), tenant_id])
    return _outside_in(account_id, {**company, **account}, to, now)


def _outside_in(account_id: int, row: Row, to: Destination, now: datetime) -> Outside:
    return Outside(
        destination=to,
        level=Level(row["international"] or row["company_international"]),
        premium_allowed=bool(row["premium_allowed"]),
        satellite_allowed=bool(row["satellite_allowed"]),
        unknown_allowed=bool(row["unknown_allowed"]),
        max_rate=money_in(row["company_max_rate"] if row["max_rate"] is None else row["max_rate"]),
        rate=rate_for(row["price_list_id"], to.number, now),
        available=money_in(row["available"]),
        caller=_caller_number(row),
        pin_needed=bool(row["pin_needed"]),
        going_on=row["going_on"],
        blocked=row["blocked"],
        guard=_guard(account_id, row, now),
        trunks=tuple(_trunk(trunk) for trunk in named_rows_of(_TRUNKS)),
    )


def _guard(account_id: int, row: Row, now: datetime) -> Guard:
    """Read what rules against fraud look at. How much was spent is asked under the lock only: what is too much becomes
    a stop, and that is read here."""
    own = row["calls_at_once"]
    account = Limits(row["account_calls_at_once"] if own is None else own)
    return Guard(
        account_id=account_id,
        account=Watched(account, Use(row["account_calls"])),
        company=Watched(Limits(row["company_calls_at_once"]), Use(row["company_calls"])),
        stopped=stop_in(account_id, row["stopped"]),
        asks_for_new_countries=bool(row["ask_new_countries"]),
        country_known=bool(row["country_known"]),
        night_calls=NightCalls(row["night_calls"]),
        night=(row["night_from"], row["night_until"]),
        time=clock(now),
    )


def _trunk(row: Row) -> Trunk:
    style = NumberStyle(row["number_style"])
    return Trunk(row["id"], row["name"], style, bool(row["foreign_caller_ids"]))


def _caller_number(row: Row) -> CallerNumber:
    """Choose the caller's number. A restricted caller's carrier gets the chosen number, else the company's first."""
    chosen, owned = row["caller_id"], bool(row["caller_id_owned"])
    if row["caller_id_restricted"]:
        return CallerNumber(chosen if chosen and owned else row["first_number"], restricted=True)
    return CallerNumber(chosen, restricted=False, owned=chosen is None or owned)


@lru_cache(32)
def _price_of(prefixes: int) -> str:
    return _PRICE.format(", ".join(["%s"] * prefixes))


def rate_for(price_list: int | None, number: str, now: datetime) -> Rate | None:
    """Find the price of the longest prefix of `number` (E.164 or a short code) in a list at `now`; None: not known.

    It takes one statement and two indexes, however long the list is and however many revisions it has.
    """
    if price_list is None:
        return None
    prefixes = prefixes_of(number)
    found = named_rows_of(_price_of(len(prefixes)), [price_list, moment(now), *prefixes])
    if not found:
        return None
    price = found[0]
    return Rate(
        price["prefix"],
        price["description"],
        money_in(price["per_minute"]),
        money_in(price["connection_fee"]),
        price["first_increment"],
        price["next_increment"],
        bool(price["barred"]),
    )
