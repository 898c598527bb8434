"""What would happen to calls after a save that nobody made yet."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from centralka.actions.account.accounts import add_sip_account, change_sip_account
from centralka.actions.account.blocks import FIELDS, SipAccountInput, current_input
from centralka.actions.account.forwarding import ForwardChoice
from centralka.actions.account.previews import Caller, has_colleagues, plan_from_outside, plan_with_changes
from centralka.actions.actor import Actor
from centralka.actions.calls import plan_for
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound, Taken
from centralka.actions.prices.charges import Agreement
from centralka.actions.sms.senders import SenderChoice
from centralka.calls.facts import CallFacts, IncomingFacts, ToOutside
from centralka.calls.plan import DialOut, Outcome, Plan, Reject, Ring, Skip, Step, Voicemail
from centralka.calls.planner import plan_call
from centralka.sms.senders import Mode
from centralka.store.models import ExternalNumber, LedgerEntry, Number, SipAccount
from tests import cast
from tests.locked import write_lock_held_elsewhere

AT = datetime(2026, 11, 16, 12, tzinfo=UTC)


def as_it_is(account: SipAccount, **changes: object) -> SipAccountInput:
    return SipAccountInput(**(current_input(account) | changes))


def after(plan: Plan, outcome: Outcome) -> Step:
    """The step after that outcome of the first one."""
    name = plan.follower(plan.steps[plan.first], outcome)
    assert name is not None
    return plan.steps[name]


@pytest.fixture
def ala(kwiaty: cast.Company) -> SipAccount:
    cast.phone(kwiaty.tenant, "101", "Bartek")
    return cast.phone(kwiaty.tenant, "100", "Ala")


def test_a_preview_is_what_saving_gives(kwiaty: cast.Company, ala: SipAccount) -> None:
    cast.line_outside(kwiaty.tenant)
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Taksówki")
    changes = {
        "ring_timeout": 12,
        "return_after": 7,
        "caller_id": "+48221234567",
        "voicemail_enabled": True,
        "voicemail_pin": "7391",
        "forward_no_answer": ForwardChoice("extension", extension="101"),
        "forward_busy": ForwardChoice("external", number="600 100 200"),
    }
    _facts, seen = plan_with_changes(kwiaty.manager, ala.pk, as_it_is(ala, **changes), Caller.COLLEAGUE)
    change_sip_account(kwiaty.manager, ala.pk, changes)
    _facts, real = plan_for(kwiaty.manager, "101", "100")
    assert seen == real
    assert isinstance(after(real, Outcome.BUSY), DialOut)


CHANGES: dict[str, dict[str, object]] = {
    "extension": {"extension": "109", "password": cast.SIP_PASSWORD},
    "name": {"name": "Alicja"},
    "password": {"password": cast.SIP_PASSWORD},
    "internal_caller_id": {"internal_caller_id": "200"},
    "ring_timeout": {"ring_timeout": 12},
    "call_waiting": {"call_waiting": False},
    "caller_id": {"caller_id": "+48221234568"},
    "caller_id_restricted": {"caller_id": None, "caller_id_restricted": True},
    "sms_sender": {"sms_sender": SenderChoice(Mode.NAME, name="KWIATY")},
    "media_encryption": {"media_encryption": "dtls"},
    "international": {"international": "world"},
    "max_rate": {"max_rate": Decimal("0.0001")},
    "outbound_pin": {"outbound_pin": "4711"},
    "fax_sending": {"fax_sending": True},
    "switch_to_fax": {"switch_to_fax": "15"},
    "monitoring": {"monitoring": False},
    "monitoring_emails": {"monitoring_emails": "ala@kwiaty.example"},
    "monitoring_paused_until": {"monitoring_paused_until": AT.replace(year=2099)},
    "sms_mail": {"sms_mail": False},
    "sms_emails": {"sms_emails": "sms@kwiaty.example"},
    "sms_phones": {"sms_phones": False},
    "sms_webhook": {"sms_webhook": False},
    "return_after": {"return_after": 7},
    "forward_no_answer": {"forward_no_answer": ForwardChoice("extension", extension="101")},
    "forward_busy": {"forward_busy": ForwardChoice("external", number="+493012345678")},
    "forward_unavailable": {"forward_unavailable": ForwardChoice("voicemail")},
    "voicemail_enabled": {"voicemail_enabled": False},
    "voicemail_pin": {"voicemail_pin": "73912"},
    "voicemail_email": {"voicemail_email": "ala@kwiaty.example"},
    "greeting_on_no_answer": {"greeting_on_no_answer": False},
    "greeting_on_busy": {"greeting_on_busy": True},
}
"""For each field of an account another value than the one that `settled` gives it."""


@pytest.fixture
def settled(kwiaty: cast.Company, ala: SipAccount) -> SipAccount:
    """Ala's account, so set that every field counts for some call to it."""
    cast.line_outside(kwiaty.tenant, "+48221234567")
    Number.objects.create(e164="+48221234568", tenant=kwiaty.tenant)
    for number in ("+48600100200", "+493012345678"):
        ExternalNumber.objects.create(tenant=kwiaty.tenant, e164=number, name="Serwis")
    cast.sender_name(kwiaty.tenant, "KWIATY")
    cast.fax_account(kwiaty.tenant, "15")
    forward = ForwardChoice("external", number="+48600100200")
    mailbox = {"voicemail_enabled": True, "voicemail_pin": "7391", "caller_id": "+48221234567"}
    return change_sip_account(kwiaty.manager, ala.pk, mailbox | {"forward_busy": forward})


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_whatever_is_typed_a_preview_shows_the_call_as_it_will_be(
    kwiaty: cast.Company, settled: SipAccount, field: str
) -> None:
    """A field that is new has to be in `CHANGES`."""
    wanted = as_it_is(settled, **CHANGES[field])
    seen = [plan_with_changes(kwiaty.manager, settled.pk, wanted, caller, AT) for caller in Caller]
    saved = change_sip_account(kwiaty.manager, settled.pk, CHANGES[field])
    inside = plan_for(kwiaty.manager, "101", saved.extension, AT)
    outside = plan_from_outside(kwiaty.manager, "", saved.extension, AT)
    assert seen == [inside, outside]


@pytest.mark.parametrize("caller", Caller)
def test_a_new_account_is_called_as_its_preview_showed(
    kwiaty: cast.Company, settled: SipAccount, caller: Caller
) -> None:
    wanted = as_it_is(
        settled,
        extension="105",
        password=cast.SIP_PASSWORD,
        voicemail_pin="7391",
        forward_no_answer=ForwardChoice("voicemail"),
        forward_unavailable=ForwardChoice("extension", extension="100"),
    )
    facts, _plan = plan_with_changes(kwiaty.manager, None, wanted, caller, AT)
    made = add_sip_account(kwiaty.manager, wanted, Agreement("192.0.2.1"))
    asked = (kwiaty.manager, "101" if caller is Caller.COLLEAGUE else "", "105", AT)
    real, plan = plan_for(*asked) if caller is Caller.COLLEAGUE else plan_from_outside(*asked)
    facts = _with_id(facts, made.pk)
    assert facts == real
    assert plan_call(facts) == plan


def _with_id(facts: CallFacts | IncomingFacts, account_id: int) -> CallFacts | IncomingFacts:
    """The facts of an account that was not made yet, with the id that it got."""
    assert facts.callee is not None
    forwards = {
        condition: replace(to, outside=replace(to.outside, guard=replace(to.outside.guard, account_id=account_id)))
        if isinstance(to, ToOutside)
        else to
        for condition, to in facts.unanswered.forwards.items()
    }
    return replace(
        facts,
        callee=replace(facts.callee, id=account_id),
        unanswered=replace(facts.unanswered, forwards=forwards),
    )


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.django_db(transaction=True)
def test_a_preview_waits_for_nobody_who_saves(kwiaty: cast.Company, settled: SipAccount, new: bool) -> None:
    """Whoever types would hold up everybody: SQLite has one write lock."""
    wanted = as_it_is(settled, extension="105" if new else "100")
    with write_lock_held_elsewhere():
        for caller in Caller:
            facts, _plan = plan_with_changes(kwiaty.manager, None if new else settled.pk, wanted, caller)
            assert facts.to_number == (wanted.extension if caller is Caller.COLLEAGUE else "")


def test_nothing_of_a_preview_stays(kwiaty: cast.Company, ala: SipAccount) -> None:
    def everything() -> list[object]:
        return [list(model.objects.order_by("pk").values()) for model in (SipAccount, LedgerEntry)]

    before = everything()
    forward = ForwardChoice("extension", extension="101")
    plan_with_changes(kwiaty.manager, ala.pk, as_it_is(ala, name="Nowa", forward_busy=forward))
    plan_with_changes(kwiaty.manager, None, SipAccountInput(extension="105", name="Nowe"))
    assert everything() == before
    assert not ala.forwards.exists()
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.last_extension != "105"


@pytest.mark.parametrize("number_there", [True, False])
def test_a_new_account_needs_no_password_and_no_pin(kwiaty: cast.Company, number_there: bool) -> None:
    if number_there:
        cast.line_outside(kwiaty.tenant)
    new = SipAccountInput(extension="105", name="Nowe", ring_timeout=9, voicemail_enabled=True)
    facts, plan = plan_with_changes(kwiaty.manager, None, new)
    first = plan.steps[plan.first]
    assert isinstance(first, Ring)
    assert (first.extension, first.seconds) == ("105", 9)
    assert isinstance(after(plan, Outcome.BUSY), Voicemail)
    assert isinstance(facts, IncomingFacts)  # there is no colleague who could call


def test_another_extension_needs_no_password_either(kwiaty: cast.Company, ala: SipAccount) -> None:
    facts, _plan = plan_with_changes(kwiaty.manager, ala.pk, as_it_is(ala, extension="109"))
    assert facts.to_number == "109"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ring_timeout": 3}, "ring_timeout"),
        ({"forward_busy": ForwardChoice("extension", extension="100")}, "forward_busy"),
        ({"forward_busy": ForwardChoice("voicemail")}, "forward_busy"),
        ({"extension": "101"}, "extension"),
    ],
)
def test_what_saving_refuses_has_no_preview(
    kwiaty: cast.Company, ala: SipAccount, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_with_changes(kwiaty.manager, ala.pk, as_it_is(ala, **changes))
    assert list(refused.value.problems) == [field]
    assert isinstance(refused.value, Taken) == (field == "extension")


def test_a_number_that_points_there_lets_somebody_outside_call(kwiaty: cast.Company, ala: SipAccount) -> None:
    wanted = as_it_is(ala)
    facts, _plan = plan_with_changes(kwiaty.manager, ala.pk, wanted)
    assert isinstance(facts, CallFacts)
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant, sip_account=ala)
    facts, _plan = plan_with_changes(kwiaty.manager, ala.pk, wanted)
    assert isinstance(facts, IncomingFacts)
    assert facts.number == "+48221234567"
    facts, _plan = plan_with_changes(kwiaty.manager, ala.pk, wanted, Caller.COLLEAGUE)
    assert isinstance(facts, CallFacts)


def test_the_colleague_is_nobody_to_whom_the_account_forwards(kwiaty: cast.Company, ala: SipAccount) -> None:
    cast.phone(kwiaty.tenant, "102", "Celina")
    forward = ForwardChoice("extension", extension="101")
    facts, plan = plan_with_changes(kwiaty.manager, ala.pk, as_it_is(ala, forward_busy=forward))
    assert facts.from_name == "Celina"
    assert isinstance(after(plan, Outcome.BUSY), Ring)


def test_where_every_colleague_is_a_target_somebody_outside_calls(kwiaty: cast.Company, ala: SipAccount) -> None:
    wanted = as_it_is(ala, forward_busy=ForwardChoice("extension", extension="101"))
    facts, plan = plan_with_changes(kwiaty.manager, ala.pk, wanted)
    assert isinstance(facts, IncomingFacts)
    assert isinstance(after(plan, Outcome.BUSY), Ring)
    facts, plan = plan_with_changes(kwiaty.manager, ala.pk, wanted, Caller.COLLEAGUE)
    assert isinstance(facts, CallFacts)
    assert isinstance(after(plan, Outcome.BUSY), Skip)


def test_whether_there_are_colleagues(kwiaty: cast.Company) -> None:
    assert not has_colleagues(kwiaty.manager, None)
    only = cast.phone(kwiaty.tenant, "100")
    assert has_colleagues(kwiaty.manager, None)
    assert not has_colleagues(kwiaty.manager, only.pk)


def test_readers_and_strangers_get_no_preview(kwiaty: cast.Company, ksiegi: cast.Company, ala: SipAccount) -> None:
    knocks: list[tuple[Actor, type[Exception]]] = [(kwiaty.reader, NotAllowed), (ksiegi.owner, NotFound)]
    for actor, refusal in knocks:
        with pytest.raises(refusal):
            plan_with_changes(actor, ala.pk, as_it_is(ala))


@pytest.mark.parametrize("dialled", ["+48221234567", "22 123 45 67", "100"])
@pytest.mark.parametrize("caller", ["", "600 100 200"])
def test_somebody_outside_reaches_a_number_or_an_account(
    kwiaty: cast.Company, ala: SipAccount, dialled: str, caller: str
) -> None:
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant, sip_account=ala)
    facts, plan = plan_from_outside(kwiaty.reader, caller, dialled)
    assert facts.from_number == ("+48600100200" if caller else "")
    assert facts.to_number == "+48221234567"
    assert isinstance(plan.steps[plan.first], Ring)


def test_an_account_without_a_number_is_reached_as_if_one_pointed_at_it(kwiaty: cast.Company, ala: SipAccount) -> None:
    facts, plan = plan_from_outside(kwiaty.reader, "", "100")
    assert facts.to_number == ""
    assert isinstance(plan.steps[plan.first], Ring)


def test_a_number_that_points_nowhere_is_refused_as_it_would_be(kwiaty: cast.Company) -> None:
    cast.line_outside(kwiaty.tenant)
    _facts, plan = plan_from_outside(kwiaty.reader, "", "22 123 45 67")
    assert isinstance(plan.steps[plan.first], Reject)


@pytest.mark.parametrize(
    ("caller", "dialled", "field"),
    [("abc", "100", "number"), ("", "999", "to"), ("", "+48227654321", "to"), ("", "\0", "to"), ("", "102", "to")],
)
def test_wrong_questions_are_answered_beside_their_field(
    kwiaty: cast.Company, ksiegi: cast.Company, ala: SipAccount, caller: str, dialled: str, field: str
) -> None:
    Number.objects.create(e164="+48227654321", tenant=ksiegi.tenant)
    cast.phone(ksiegi.tenant, "102")
    with pytest.raises(InvalidInput) as refused:
        plan_from_outside(kwiaty.owner, caller, dialled)
    assert list(refused.value.problems) == [field]
