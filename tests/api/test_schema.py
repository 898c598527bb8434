"""schemathesis over the whole OpenAPI document: no 5xx, and no answer that the document does not declare."""

from collections.abc import Iterator
from contextlib import nullcontext
from decimal import Decimal
from enum import StrEnum
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, settings
from ninja import NinjaAPI
from pydantic import create_model
from schemathesis import Case, CheckFunction
from schemathesis.config import (
    FuzzingPhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from centralka.actions.account.devices import add_phone
from centralka.actions.money import top_up
from centralka.actions.tokens import make_token
from centralka.api.http.openapi import complete_schema
from centralka.api.http.problems import KINDS
from centralka.api.v1 import schema
from centralka.store.models import ExternalNumber, NeverBlocked, Number, PriceList, Role, SipAccount, Tenant, Trunk
from tests import cast
from tests.api.client import Api
from tests.api.conftest import call, greeting, message
from tests.operators import blocked_stranger, fraud_stop, known_country, old_revision, text_messages

# Without security parameters: the right token is sent always, and who else may come in is `test_rights`.
_GENERATION = GenerationConfig(max_examples=10, deterministic=True, with_security_parameters=False)
# Cases that follow from the document (limits, other kinds, what is left out) go to each database. Those that are drawn
# are the same each time, and many: to one database.
_PHASES = PhasesConfig(fuzzing=FuzzingPhaseConfig(enabled=connection.vendor == "sqlite"))
_PROJECT = ProjectConfig(generation=_GENERATION, phases=_PHASES)
_CONFIG = SchemathesisConfig(projects=ProjectsConfig(default=_PROJECT))
everything = schemathesis.openapi.from_dict(schema(), config=_CONFIG)
everything.app = get_wsgi_application()

# A document cannot say all that an action checks: weak passwords, extensions in use, cursors that are not ours.
_TOO_MUCH_TO_ASK: list[CheckFunction] = [positive_data_acceptance]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Django's handler ends each request by closing a connection that is in a transaction: here, the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def real(kwiaty: cast.Company, account: SipAccount) -> dict[str, Any]:
    """Identifiers of things that exist: left to chance, every path would end in 404."""
    cast.phone(kwiaty.tenant, "101")
    call(kwiaty, "node1-1", account)
    greeting(account)
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant, sip_account=account)
    # So that an account has to be agreed to, even if it is for nothing.
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(price_list=PriceList.objects.create(name="Kwiaty"))
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(100))
    document = cast.fax_document(kwiaty.tenant)
    old = old_revision(PriceList.objects.create(name="Standard"))
    return {
        "account_id": account.pk,
        "device_id": add_phone(kwiaty.manager, account.pk, "Biurko", "yealink", "805ec0123456")[0].pk,
        "call_id": "node1-1",
        "number_id": number.pk,
        "message_id": message(account).pk,
        "external_number_id": ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="A").pk,
        "tenant_id": kwiaty.tenant.pk,
        "trunk_id": Trunk.objects.create(name="A", kind="address", host="a.example").pk,
        "person_id": kwiaty.tenant.memberships.get(person=kwiaty.reader.person).pk,
        "token_id": make_token(kwiaty.owner, "CRM", Role.READER)[0].pk,
        "price_list_id": old.price_list_id,
        "revision_id": old.pk,
        "block_id": blocked_stranger("203.0.113.9").pk,
        "network_id": NeverBlocked.objects.create(network="203.0.113.0/24").pk,
        "fax_id": cast.fax(cast.fax_account(kwiaty.tenant)).pk,
        "sent_fax_id": cast.sent_fax(account, "15", document=document).pk,
        "document_id": document.pk,
        "page_number": 1,
        "stop_id": fraud_stop(kwiaty.tenant).pk,
        "country_id": known_country(kwiaty.tenant).pk,
        "code": next(iter(KINDS)),
        **text_messages(kwiaty),
    }


@everything.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_no_answer_is_outside_the_schema(case: Case[Any], owner: Api, operator: Api, real: dict[str, Any]) -> None:
    holder = operator if "/operator/" in case.path else owner
    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if path is None or path.mode.is_positive:
        case.path_parameters.update({name: real[name] for name in case.path_parameters})
        if "/external-numbers/" in case.path:
            case.path_parameters["number_id"] = real["external_number_id"]
    # Not compressed: schemathesis reads what a WSGI application gives as it is.
    headers = {"Authorization": f"Bearer {holder.token}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=headers, excluded_checks=_TOO_MUCH_TO_ASK)


def test_the_document_is_openapi_and_the_same_for_everybody(nobody: Api, manager: Api) -> None:
    document = nobody.get("openapi.json").body
    assert document == manager.get("openapi.json").body
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"
    for found in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(found | {"$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_two_things_of_one_name_are_no_document() -> None:
    states: dict[str, Any] = {"/fax": StrEnum("State", ["complete"]), "/list": StrEnum("State", ["ready"])}
    for paths in (["/fax"], ["/list"], [*states]):
        api = NinjaAPI(urls_namespace="".join(paths))
        for path in paths:
            answer = create_model(f"Out{path[1:]}", state=(states[path], ...))
            api.get(path, response=answer, operation_id=path)(lambda request: None)
        with pytest.raises(ValueError, match="State") if len(paths) > 1 else nullcontext():
            complete_schema(api, "")


def test_every_operation_says_what_it_is_for() -> None:
    tags = {tag["name"] for tag in schema()["tags"]}
    for path, operations in schema()["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert operation["summary"], path
            assert set(operation["tags"]) <= tags


def test_every_problem_is_declared_as_one() -> None:
    for response in schema()["components"]["responses"].values():
        assert set(response["content"]) == {"application/problem+json"}


def test_every_status_of_a_problem_is_told_and_a_full_disk_by_all_that_writes() -> None:
    assert {f"Problem{kind.status}" for kind in KINDS.values()} <= set(schema()["components"]["responses"])
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            assert ("507" in {str(status) for status in operation["responses"]}) == (method != "get"), (method, path)


def test_examples_of_a_parameter_stand_where_the_specification_wants_them() -> None:
    """A list of examples is in the schema; beside it there may only be a map of named ones."""
    told = 0
    for operations in schema()["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                assert isinstance(parameter.get("examples", {}), dict), parameter
                told += "examples" in parameter["schema"]
    assert told >= 2


MOMENTS = ("since", "until", "last_seen", "last_sign_in")


def test_moments_and_files_say_that_they_are() -> None:
    """Makers of clients read the format: without it a moment is any text, and a file is damaged as one."""
    moments = files = 0
    for where, found in _schemas(schema(), ""):
        name = where.rpartition(".")[2]
        if (name.endswith("_at") and name != "register_at") or name in MOMENTS:
            moments += 1
            kinds = found.get("anyOf", [found])
            assert {kind.get("format") for kind in kinds if kind.get("type") != "null"} == {"date-time"}, where
        if "contentMediaType" in found or where.endswith(("text/csv", "audio/wav")):
            files += 1
            assert found["format"] == "binary", where
    assert moments > 10
    assert files >= 6


def _schemas(node: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of the document, with the name of its property, parameter or media type."""
    if isinstance(node, dict):
        if "schema" in node:
            yield f"{where}.{node.get('name', '')}" if "name" in node else where, node["schema"]
        for name, found in node.get("properties", {}).items():
            yield f"{where}.{name}", found
        for name, found in node.items():
            yield from _schemas(found, f"{where}.{name}")
    elif isinstance(node, list):
        for found in node:
            yield from _schemas(found, where)
