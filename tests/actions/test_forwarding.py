"""Where calls go that an account does not take: what may be chosen, and what becomes of the choice."""

from functools import partial

import pytest
from django.db import connection

from centralka.actions.account import accounts as actions
from centralka.actions.account.blocks import SipAccountInput, current_input
from centralka.actions.account.forwarding import (
    FORWARD_FIELDS,
    ForwardChoice,
    forwards_of,
    forwards_to,
    forwards_to_external,
)
from centralka.actions.errors import InvalidInput, NotFound
from centralka.actions.external_numbers import delete_external_number, external_numbers
from centralka.store.models import ExternalNumber, Forward, SipAccount
from tests import cast
from tests.at_once import at_once

VOICEMAIL = ForwardChoice("voicemail")
OUTSIDE = ForwardChoice("external", number="+48600100200")
FIELDS = list(FORWARD_FIELDS.values())
MAILBOX = {"voicemail_enabled": True, "voicemail_pin": "7391"}


def wanted(**changes: object) -> SipAccountInput:
    given = {"extension": "100", "name": "Sekretariat", "password": cast.SIP_PASSWORD} | changes
    return SipAccountInput(**given)  # type: ignore[arg-type]


def to(extension: str) -> ForwardChoice:
    return ForwardChoice("extension", extension=extension)


def saved(company: cast.Company, e164: str = "+48600100200") -> ExternalNumber:
    return ExternalNumber.objects.create(tenant=company.tenant, e164=e164, name="Serwis")


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


def choices(account: SipAccount) -> list[ForwardChoice | None]:
    now = current_input(SipAccount.objects.get(pk=account.pk))
    return [now[field] for field in FIELDS]


def test_a_new_account_forwards_nothing_and_would_ring_a_target_for_30_seconds(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    assert (choices(account), account.return_after) == ([None, None, None], 30)
    assert not Forward.objects.exists()


def test_each_condition_has_its_own_target(kwiaty: cast.Company) -> None:
    saved(kwiaty)
    cast.phone(kwiaty.tenant, "11")
    asked = wanted(forward_no_answer=to("11"), forward_busy=OUTSIDE, forward_unavailable=VOICEMAIL, **MAILBOX)
    account = actions.add_sip_account(kwiaty.manager, asked)
    assert choices(account) == [to("11"), OUTSIDE, VOICEMAIL]


def test_a_saved_number_is_known_in_every_spelling(kwiaty: cast.Company) -> None:
    number = saved(kwiaty)
    asked = wanted(forward_busy=ForwardChoice("external", number=" 600 100-200 "))
    account = actions.add_sip_account(kwiaty.manager, asked)
    assert forwards_of(account)["busy"].external == number


def test_white_space_around_an_extension_means_nothing(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to(" 11 ")))
    assert choices(account)[1] == to("11")


def test_a_change_touches_only_the_conditions_that_were_asked(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_no_answer=to("11"), forward_busy=to("11")))
    actions.change_sip_account(kwiaty.manager, account.pk, {"forward_busy": None, "return_after": 5})
    assert choices(account) == [to("11"), None, None]
    assert actions.sip_account(kwiaty.reader, account.pk).return_after == 5


def test_another_target_takes_the_place_of_the_one_before(kwiaty: cast.Company) -> None:
    saved(kwiaty)
    cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11")))
    actions.change_sip_account(kwiaty.manager, account.pk, {"forward_busy": OUTSIDE})
    (forward,) = Forward.objects.all()
    assert (forward.kind, forward.target, forward.external) == ("external", None, ExternalNumber.objects.get())


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("extension", ["", "99", "2000", "+48600100200", "abc", "11\0", "x" * 5000, "١١"])
def test_an_extension_that_is_not_there_is_refused(kwiaty: cast.Company, field: str, extension: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(**{field: to(extension)}))
    assert codes(refused) == {field: ["unknown"]}
    assert not SipAccount.objects.exists()


def test_a_strangers_extension_and_number_are_not_there(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    cast.phone(ksiegi.tenant, "11")
    saved(ksiegi)
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(forward_no_answer=to("11"), forward_busy=OUTSIDE))
    assert codes(refused) == {"forward_no_answer": ["unknown"], "forward_busy": ["not_saved"]}


@pytest.mark.parametrize("number", ["", "112", "600100201", "abc", "\0", "9" * 5000])
def test_a_number_that_is_not_saved_is_refused(kwiaty: cast.Company, number: str) -> None:
    saved(kwiaty)
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(forward_busy=ForwardChoice("external", number=number)))
    assert codes(refused) == {"forward_busy": ["not_saved"]}


def test_a_forward_to_oneself_is_refused(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as new:
        actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("100")))
    account = actions.add_sip_account(kwiaty.manager, wanted())
    with pytest.raises(InvalidInput) as old:
        actions.change_sip_account(kwiaty.manager, account.pk, {"forward_busy": to("100")})
    assert codes(new) == codes(old) == {"forward_busy": ["itself"]}


@pytest.mark.parametrize("extension", ["100", "200"])
def test_nor_by_its_old_or_its_new_extension(kwiaty: cast.Company, extension: str) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    changes = {"extension": "200", "password": cast.SIP_PASSWORD, "forward_busy": to(extension)}
    with pytest.raises(InvalidInput) as refused:
        actions.change_sip_account(kwiaty.manager, account.pk, changes)
    assert codes(refused) == {"forward_busy": ["itself"]}


def test_two_accounts_may_forward_to_each_other(kwiaty: cast.Company) -> None:
    other = cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11")))
    actions.change_sip_account(kwiaty.manager, other.pk, {"forward_busy": to("100")})
    assert (choices(account)[1], choices(other)[1]) == (to("11"), to("100"))


@pytest.mark.parametrize("field", FIELDS)
def test_voicemail_is_a_target_only_while_it_is_on(kwiaty: cast.Company, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(**{field: VOICEMAIL}))
    assert codes(refused) == {field: ["voicemail_off"]}
    account = actions.add_sip_account(kwiaty.manager, wanted(**{field: VOICEMAIL}, **MAILBOX))
    with pytest.raises(InvalidInput) as off:
        actions.change_sip_account(kwiaty.manager, account.pk, {"voicemail_enabled": False})
    assert codes(off) == {field: ["voicemail_off"]}
    actions.change_sip_account(kwiaty.manager, account.pk, {"voicemail_enabled": False, field: None})
    assert choices(account) == [None, None, None]


@pytest.mark.parametrize("seconds", [4, 181, 0, -1, 10**30])
def test_the_time_until_the_call_comes_back_has_limits(kwiaty: cast.Company, seconds: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(return_after=seconds))
    assert codes(refused) == {"return_after": ["out_of_range"]}


def test_a_target_may_change_its_extension(kwiaty: cast.Company) -> None:
    other = cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11")))
    actions.change_sip_account(kwiaty.manager, other.pk, {"extension": "12", "password": cast.SIP_PASSWORD})
    assert choices(account)[1] == to("12")


def test_deleting_an_account_tells_who_forwards_there(kwiaty: cast.Company) -> None:
    other = cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11"), forward_no_answer=to("11")))
    before = [(forward.sip_account, forward.condition) for forward in forwards_to(other)]
    told = actions.delete_sip_account(kwiaty.manager, other.pk)
    assert before == [(account, "busy"), (account, "no_answer")]
    assert [(forward.sip_account, forward.condition) for forward in told.forwards] == before


def test_a_deleted_target_counts_as_none_and_stays_told_until_it_is_saved(kwiaty: cast.Company) -> None:
    other, number = cast.phone(kwiaty.tenant, "11"), saved(kwiaty)
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11"), forward_no_answer=OUTSIDE))
    actions.delete_sip_account(kwiaty.manager, other.pk)
    told = delete_external_number(kwiaty.manager, number.pk)
    assert [forward.condition for forward in told] == ["no_answer"]
    assert choices(account) == [None, None, None]
    actions.change_sip_account(kwiaty.manager, account.pk, {"name": "Inaczej"})
    assert {condition: (found.kind, found.target) for condition, found in forwards_of(account).items()} == {
        "busy": ("extension", None),
        "no_answer": ("external", None),
    }
    actions.change_sip_account(kwiaty.manager, account.pk, current_input(account))
    assert not Forward.objects.exists()


def test_who_forwards_to_a_saved_number_is_known(kwiaty: cast.Company) -> None:
    number = saved(kwiaty)
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=OUTSIDE))
    assert [forward.sip_account for forward in forwards_to_external(number)] == [account]


def test_an_account_that_goes_takes_its_forwards_along(kwiaty: cast.Company) -> None:
    saved(kwiaty)
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=OUTSIDE))
    told = actions.delete_sip_account(kwiaty.manager, account.pk)
    assert (told.forwards, told.numbers) == ([], [])
    assert not Forward.objects.exists()
    assert external_numbers(kwiaty.reader).count() == 1


def test_all_wrong_fields_of_both_blocks_are_told_at_once(kwiaty: cast.Company) -> None:
    asked = wanted(
        forward_busy=to("99"),
        forward_no_answer=VOICEMAIL,
        return_after=1,
        voicemail_pin="12",
        voicemail_email="x",
        ring_timeout=1,
    )
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, asked)
    assert set(codes(refused)) == {
        "forward_busy", "forward_no_answer", "return_after", "voicemail_pin", "voicemail_email", "ring_timeout",
    }  # fmt: skip


def test_a_save_that_is_refused_changes_no_forward(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "11")
    account = actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11")))
    with pytest.raises(InvalidInput):
        actions.change_sip_account(kwiaty.manager, account.pk, {"forward_busy": None, "extension": "11"})
    assert choices(account)[1] == to("11")


def test_a_list_of_accounts_asks_no_more_for_more_forwards(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "11")
    saved(kwiaty)
    actions.add_sip_account(kwiaty.manager, wanted(forward_busy=to("11"), forward_no_answer=OUTSIDE))
    few = _statements(kwiaty)
    for extension in ("101", "102", "103"):
        actions.add_sip_account(kwiaty.manager, wanted(extension=extension, forward_busy=to("11")))
    assert _statements(kwiaty) == few


def _statements(company: cast.Company) -> int:
    asked: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for account in actions.sip_accounts(company.reader):
            current_input(account)
    return len(asked)


@pytest.mark.django_db(transaction=True)
def test_a_target_that_is_deleted_at_the_moment_it_is_chosen_is_refused_or_told() -> None:
    """Whoever is first: never an error, never a target that does not exist."""
    company = cast.alicjas_company()
    accounts = [cast.phone(company.tenant, str(100 + number)) for number in range(8)]
    target = cast.phone(company.tenant, "11")

    def choose(account: SipAccount) -> object:
        try:
            actions.change_sip_account(company.manager, account.pk, {"forward_busy": to("11")})
        except InvalidInput as refused:
            return codes_of(refused)
        return "chosen"

    def delete() -> object:
        return len(actions.delete_sip_account(company.manager, target.pk).forwards)

    ends = at_once(*(partial(choose, account) for account in accounts), delete)
    told = [end for end in ends if isinstance(end, int)]
    assert told == [ends.count("chosen")]
    assert ends.count("chosen") + ends.count({"forward_busy": ["unknown"]}) == len(accounts)
    assert Forward.objects.filter(target=None).count() == Forward.objects.count() == told[0]


def codes_of(refused: InvalidInput) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.problems.items()}


def test_a_stranger_finds_no_account_to_change(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    with pytest.raises(NotFound):
        actions.change_sip_account(ksiegi.manager, account.pk, {"forward_busy": None})
