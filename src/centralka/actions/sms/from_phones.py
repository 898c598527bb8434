"""Text messages that a phone sends by SIP: the same action as in the panel and the API, for its account."""

from collections.abc import Callable

from django.db import transaction

from centralka.store.models import Role, SipAccount

from ..actor import Actor
from ..errors import Blocked, InvalidInput
from .sending import SmsInput, send


class TooLate(Exception):
    """Nobody waits for the answer any more, so nothing was sent."""


NOT_PAID = frozenset({"no_money", "fraud_limit"})
"""Codes of what may be otherwise as soon as calls that are over are on record."""


def send_from_phone(
    login: str, to: str, text: str, request: str, still_awaited: Callable[[], bool], *, last_look: bool = True
) -> str:
    """Queue a message as the account's. Returns "", or the code of what is wrong with it: those of `send`, and
    `blocked`, `pin` (calls outside need a PIN, which a message cannot have), `unknown`.

    `request`: the same one again sends nothing. `last_look`: False if it is asked once more after a code of `NOT_PAID`,
    so that a limit of spending does not begin to hold by this. Raises `TooLate` if it is not `still_awaited`; then
    nothing is kept.
    """
    account = SipAccount.objects.select_related("tenant").filter(login=login, kind=SipAccount.Kind.VOICE).first()
    if account is None or account.tenant.closed_at is not None:
        return "unknown"
    if account.outbound_pin_digest:
        return "pin"
    actor = Actor(account.tenant, Role.MANAGER, account.login)
    with transaction.atomic():
        code = _code(actor, SmsInput(account_id=account.pk, to=[to], text=text), request, last_look=last_look)
        if not still_awaited():
            raise TooLate
    return code


def _code(actor: Actor, wanted: SmsInput, request: str, *, last_look: bool) -> str:
    try:
        send(actor, wanted, request=request, pause=None, note=last_look)
    except Blocked:
        return "blocked"
    except InvalidInput as wrong:
        return str(next(iter(wrong.problems.values()))[0].code)
    return ""
