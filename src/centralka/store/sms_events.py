"""Text messages, told to a company's program if it wants to hear of them."""

from datetime import datetime
from typing import Any

from .models import Sms, Tenant
from .webhooks import queue_event


def tell_of(sms: Sms, now: datetime) -> None:
    """Queue the event of the state that a message has now, once for each; in the transaction that changes it.

    Of what comes in for an account that does not want it told, nothing is.
    """
    if sms.direction == Sms.Direction.IN and sms.sip_account is not None and not sms.sip_account.sms_webhook:
        return
    tenant = Tenant.objects.filter(pk=sms.tenant_id, webhook_sms=True).exclude(webhook="").first()
    if tenant is not None:
        queue_event(tenant, f"sms.{sms.state}", {"message": _about(sms)}, f"sms:{sms.pk}:{sms.state}", now)


def _about(sms: Sms) -> dict[str, Any]:
    account = sms.sip_account
    told = {"id": account.pk, "extension": account.extension, "name": account.name} if account else None
    about = {
        "id": sms.pk,
        "direction": sms.direction,
        "number": sms.number,
        "sender": sms.sender or None,
        "state": sms.state,
        "reason": sms.reason,
        "parts": sms.parts,
        "batch": sms.batch,
        "account": told,
        "created_at": sms.created_at.isoformat(),
    }
    # The program that sent one knows its text.
    return about | ({"text": sms.text} if sms.direction == Sms.Direction.IN else {})
