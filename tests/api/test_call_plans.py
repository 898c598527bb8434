"""What would happen, over the API."""

from centralka.store.models import SipAccount
from tests import cast
from tests.api.client import Api


def test_a_plan_is_a_graph_with_reasons(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    callee = cast.phone(kwiaty.tenant, "101", "Ola", ring_timeout=20, call_waiting=False)
    plan = manager.post("call-plans", {"from": "100", "to": "101"}).body
    steps = {step["name"]: step for step in plan["steps"]}
    assert steps[plan["start"]] == {
        "name": plan["start"],
        "kind": "ring",
        "sip_account": callee.pk,
        "extension": "101",
        "seconds": 20,
        "call_waiting": False,
        "show": {"number": "100", "name": "Bartek"},
        "why": {"code": "extension_dialled", "text": "101 (Ola) was dialled, an extension of this company"},
        "then": {"busy": "busy", "no_answer": "no_answer", "unavailable": "unavailable"},
    }
    assert {steps[name]["sip_status"] for name in ("busy", "no_answer", "unavailable")} == {486, 480}
    assert plan["text"] == [
        "101 (Ola) was dialled, an extension of this company",
        "if it is busy: refused (486)",
        "if nobody answers within 20 s: refused (480)",
        "if no phone can be reached: refused (480)",
    ]


def test_the_sentences_are_conditional_in_polish_too(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    cast.phone(kwiaty.tenant, "101", "Ola")
    manager.language = "pl"
    plan = manager.post("call-plans", {"from": "100", "to": "101"}).body
    assert plan["text"][1] == "jeżeli linia jest zajęta: odmowa (486)"


def test_the_echo_test_is_one_step(manager: Api, account: SipAccount) -> None:
    plan = manager.post("call-plans", {"from": "100", "to": "*43", "at": "2026-01-31T12:00:00Z"}).body
    assert [step["kind"] for step in plan["steps"]] == ["echo"]


def test_a_wrong_number_is_refused_with_the_cause(manager: Api, account: SipAccount) -> None:
    causes = {
        dialled: manager.post("call-plans", {"from": "100", "to": dialled}).body["steps"][0]["sip_status"]
        for dialled in ("999", "abc", "")
    }
    assert causes == {"999": 404, "abc": 484, "": 484}


def test_the_caller_has_to_exist_in_the_company(manager: Api, stranger: Api, account: SipAccount) -> None:
    assert manager.post("call-plans", {"from": "199", "to": "100"}).wrong == {"from": ["unknown"]}
    assert stranger.post("call-plans", {"from": "100", "to": "100"}).wrong == {"from": ["unknown"]}


def test_a_strangers_extension_is_no_number(stranger: Api, ksiegi: cast.Company, account: SipAccount) -> None:
    cast.phone(ksiegi.tenant, "200")
    plan = stranger.post("call-plans", {"from": "200", "to": account.extension}).body
    assert plan["steps"][0]["refusal"] == "no_such_number"
    assert "Bartek" not in str(plan)
