"""The API put together."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from .account import availability, devices, fax_accounts
from .account import routes as sip_accounts
from .company import (
    audit,
    call_plans,
    calls,
    external_numbers,
    faxes,
    fraud,
    greetings,
    hold_music,
    ledger,
    mail_log,
    numbers,
    people,
    sent_faxes,
    sms,
    tenant,
    tokens,
    voicemail_messages,
    webhooks,
)
from .http import problem_types
from .http.json_body import StrictParser
from .http.openapi import DESCRIPTION, complete_schema
from .http.problems import NOT_FOUND, ROOT, problem_response
from .http.refusals import answer_refusals
from .operator import audit as operator_audit
from .operator import fraud as operator_fraud
from .operator import money as operator_money
from .operator import numbers as operator_numbers
from .operator import price_lists as operator_price_lists
from .operator import price_revisions as operator_price_revisions
from .operator import settings as operator_settings
from .operator import sms as operator_sms
from .operator import state as operator_state
from .operator import status as operator_status
from .operator import strangers as operator_strangers
from .operator import tenants as operator_tenants
from .operator import trunks as operator_trunks


class ReadableRenderer(JSONRenderer):
    """Polish letters as they are, not as `\\u0142`."""

    json_dumps_params = {"ensure_ascii": False}


# No interactive page: ninja's takes its scripts from another server, and nothing here does.
api = NinjaAPI(
    title="Centralka",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    servers=[{"url": "/", "description": "This installation"}],
    parser=StrictParser(),
    renderer=ReadableRenderer(),
)
for prefix, part in {
    "": [
        sip_accounts,
        greetings,
        voicemail_messages,
        availability,
        devices,
        fax_accounts,
        faxes,
        numbers,
        external_numbers,
        calls,
        call_plans,
        tenant,
        hold_music,
        fraud,
        ledger,
        mail_log,
        sent_faxes,
        webhooks,
        sms,
        people,
        tokens,
        audit,
        problem_types,
    ],
    "operator": [
        operator_tenants,
        operator_numbers,
        operator_trunks,
        operator_price_lists,
        operator_price_revisions,
        operator_money,
        operator_settings,
        operator_state,
        operator_status,
        operator_strangers,
        operator_fraud,
        operator_sms,
        operator_audit,
    ],
}.items():
    for resource in part:
        api.add_router(prefix, resource.router)
answer_refusals(api)


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document; the same for everybody, so made once."""
    return complete_schema(api, ROOT)


@api.get("/openapi.json", include_in_schema=False)
def openapi_json(request: HttpRequest) -> dict[str, Any]:
    """The OpenAPI document."""
    return schema()


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Every address that is not one of ours."""
    return problem_response(NOT_FOUND)
