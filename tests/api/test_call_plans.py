"""What would happen, over the API."""

from centralka.store.models import ExternalNumber, Forward, Number, SipAccount, Tenant
from centralka.store.pins import digest_of_pin
from tests import cast
from tests.api.client import Api


def open_the_world(account: SipAccount) -> None:
    """The account shows +48221234567 and answers it; a minute to any number in Poland costs 0.10."""
    number = cast.line_outside(account.tenant, "+48221234567", p48="0.10")
    SipAccount.objects.filter(pk=account.pk).update(caller_id=number)
    Number.objects.filter(pk=number.pk).update(sip_account=account)


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
        "media_encryption": "off",
        "show": {"number": "100", "name": "Bartek"},
        "why": {"code": "extension_dialled", "text": "101 (Ola) was dialled, an extension of this company"},
        "then": {"busy": "busy", "no_answer": "no_answer", "unavailable": "unavailable"},
    }
    assert {steps[name]["sip_status"] for name in ("busy", "no_answer", "unavailable")} == {486, 480}
    assert plan["text"] == [
        "101 (Ola) was dialled, an extension of this company",
        "if nobody answers within 20 s: refused (480)",
        "if it is busy: refused (486)",
        "if no phone can be reached: refused (480)",
    ]


def test_the_sentences_are_conditional_in_polish_too(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    cast.phone(kwiaty.tenant, "101", "Ola")
    manager.language = "pl"
    plan = manager.post("call-plans", {"from": "100", "to": "101"}).body
    assert plan["text"][2] == "jeżeli linia jest zajęta: odmowa (486)"


def test_the_echo_test_is_one_step(manager: Api, account: SipAccount) -> None:
    plan = manager.post("call-plans", {"from": "100", "to": "*43", "at": "2026-01-31T12:00:00Z"}).body
    assert [step["kind"] for step in plan["steps"]] == ["echo"]


def test_a_wrong_number_is_refused_with_the_cause(manager: Api, account: SipAccount) -> None:
    causes = {
        dialled: manager.post("call-plans", {"from": "100", "to": dialled}).body["steps"][0]["sip_status"]
        for dialled in ("9876", "abc", "")
    }
    assert causes == {"9876": 404, "abc": 484, "": 484}


def test_a_call_outside_tells_each_way_it_can_go(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    open_the_world(account)
    plan = manager.post("call-plans", {"from": "100", "to": "600 100 200"}).body
    start = plan["steps"][0]
    assert (start["kind"], start["number"], start["show"]["number"]) == ("dial_out", "+48600100200", "+48221234567")
    assert start["rate"]["per_minute"] == "0.1000"
    assert start["why"]["text"] == "600 100 200 was dialled, a public number at PLN 0.10 net a minute, charged by 1/1 s"
    assert "if no trunk works: refused (503)" in plan["text"]
    assert "id" not in start["trunks"][0]


def test_the_pin_comes_before_the_number_in_the_plan(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    open_the_world(account)
    SipAccount.objects.filter(pk=account.pk).update(outbound_pin_digest=digest_of_pin("4711"))
    plan = manager.post("call-plans", {"from": "100", "to": "600100200"}).body
    steps = {step["name"]: step for step in plan["steps"]}
    start = steps[plan["start"]]
    assert (start["kind"], start["pin"], start["sip_account"], start["tries"]) == ("ask_pin", "outside", account.pk, 3)
    assert steps[start["then"]["right_pin"]]["kind"] == "dial_out"
    assert steps[start["then"]["wrong_pin"]]["say"] == "wrong-pin-goodbye"
    assert plan["text"][:3] == [
        "100 asks for a PIN before calls outside",
        "if the PIN is right: 600 100 200 was dialled, a public number at PLN 0.10 net a minute, charged by 1/1 s",
        "if the PIN is wrong: refused (403)",
    ]
    assert "4711" not in str(plan)


def test_an_emergency_call_is_free_and_asks_nothing(manager: Api, account: SipAccount) -> None:
    start = manager.post("call-plans", {"from": "100", "to": "112"}).body["steps"][0]
    assert (start["kind"], start["number"], start["rate"]) == ("dial_out", "112", None)
    assert start["show"] == {"number": None, "restricted": False}


def test_a_call_from_outside_reaches_numbers_only(manager: Api, account: SipAccount) -> None:
    for dialled in ("100", "*43", "112", "x", ""):
        assert manager.post("call-plans", {"from": "+48600100200", "to": dialled}).wrong == {"to": ["not_owned"]}


def test_a_call_that_is_not_paid_for_says_what_is_heard(manager: Api, account: SipAccount) -> None:
    (step,) = manager.post("call-plans", {"from": "100", "to": "600100200"}).body["steps"]
    assert (step["kind"], step["refusal"], step["sip_status"]) == ("reject", "not_permitted", 403)
    assert (step["say"], step["why"]["code"]) == ("price-unknown", "no_price")


def test_a_call_from_outside_rings_where_the_number_points(
    manager: Api, kwiaty: cast.Company, account: SipAccount
) -> None:
    open_the_world(account)
    plan = manager.post("call-plans", {"from": "+48600100200", "to": "22 123 45 67"}).body
    assert plan["steps"][0]["extension"] == "100"
    assert plan["steps"][0]["show"] == {"number": "600100200", "name": ""}


def test_a_number_of_another_company_is_none(stranger: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    open_the_world(account)
    asked = {"from": "+48600100200", "to": "221234567"}
    assert stranger.post("call-plans", asked).wrong == {"to": ["not_owned"]}


def test_the_caller_has_to_exist_in_the_company(manager: Api, stranger: Api, account: SipAccount) -> None:
    assert manager.post("call-plans", {"from": "199", "to": "100"}).wrong == {"from": ["unknown"]}
    assert stranger.post("call-plans", {"from": "100", "to": "100"}).wrong == {"from": ["unknown"]}


def test_a_strangers_extension_is_no_number(stranger: Api, ksiegi: cast.Company, account: SipAccount) -> None:
    cast.phone(ksiegi.tenant, "200")
    plan = stranger.post("call-plans", {"from": "200", "to": account.extension}).body
    assert plan["steps"][0]["refusal"] == "no_such_number"
    assert "Bartek" not in str(plan)


def test_a_forward_is_told_with_what_follows_it(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    callee = cast.phone(kwiaty.tenant, "101", "Ola", voicemail_enabled=True, return_after=15)
    target = cast.phone(kwiaty.tenant, "11", "Księgowość")
    Forward.objects.create(sip_account=callee, condition="no_answer", kind="extension", target=target)
    Forward.objects.create(sip_account=callee, condition="busy", kind="extension", target=None)
    plan = manager.post("call-plans", {"from": "100", "to": "101"}).body
    steps = {step["name"]: step for step in plan["steps"]}
    after = {outcome: steps[name] for outcome, name in steps["start"]["then"].items()}
    assert (after["no_answer"]["kind"], after["no_answer"]["seconds"]) == ("ring", 15)
    assert (after["busy"]["kind"], after["busy"]["because"]) == ("skip", None)
    assert after["unavailable"] == {
        "name": "unavailable",
        "kind": "voicemail",
        "sip_account": callee.pk,
        "login": callee.login,
        "extension": "101",
        "greeting": "unavailable",
        "why": {
            "code": "to_voicemail",
            "text": "no phone of 101 (Ola) can be reached, so the caller may leave a message",
        },
        "then": {},
    }
    assert plan["text"] == [
        "101 (Ola) was dialled, an extension of this company",
        "if nobody answers within 30 s: nobody answered at 101 (Ola), so the call goes to 11 (Księgowość)",
        "if that comes to nothing: nobody answered at 101 (Ola), so the caller may leave a message",
        "if it is busy: 101 (Ola) is busy, and the target that was chosen for this case was deleted",
        "instead: 101 (Ola) is busy, so the caller may leave a message",
        "if no phone can be reached: no phone of 101 (Ola) can be reached, so the caller may leave a message",
    ]


def test_a_forward_outside_is_a_call_that_was_diverted(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    open_the_world(account)
    caller = cast.phone(kwiaty.tenant, "101", "Ola")
    number = ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Serwis")
    Forward.objects.create(sip_account=account, condition="busy", kind="external", external=number)
    plan = manager.post("call-plans", {"from": caller.extension, "to": "100"}).body
    steps = {step["name"]: step for step in plan["steps"]}
    assert (steps["busy"]["kind"], steps["busy"]["number"], steps["busy"]["diversions"]) == (
        "dial_out",
        "+48600100200",
        1,
    )
    Tenant.objects.update(price_list=None)
    plan = manager.post("call-plans", {"from": caller.extension, "to": "100"}).body
    skipped = {step["name"]: step for step in plan["steps"]}["busy"]
    assert (skipped["kind"], skipped["because"]["code"]) == ("skip", "no_price")
    assert (
        "if it is busy: 100 (Bartek) is busy, but the call cannot be forwarded to 600 100 200 (Serwis), "
        "because the price of calls to 600 100 200 is not known"
    ) in plan["text"]


def test_the_own_mailbox_is_behind_its_pin(manager: Api, account: SipAccount) -> None:
    (step,) = manager.post("call-plans", {"from": "100", "to": "*98"}).body["steps"]
    assert (step["kind"], step["why"]["code"]) == ("reject", "no_mailbox")
    SipAccount.objects.update(voicemail_enabled=True)
    plan = manager.post("call-plans", {"from": "100", "to": "*98"}).body
    steps = {step["name"]: step for step in plan["steps"]}
    assert (steps["start"]["kind"], steps["start"]["pin"]) == ("ask_pin", "mailbox")
    assert steps[steps["start"]["then"]["right_pin"]]["kind"] == "voicemail_menu"
    assert plan["text"][1] == "if the PIN is right: *98 opens the mailbox of 100 (Bartek)"
