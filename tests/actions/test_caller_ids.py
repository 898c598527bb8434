"""Which number an account shows to people outside: its company's, none, and never anybody else's."""

import pytest

from centralka.actions.account import accounts as actions
from centralka.actions.errors import InvalidInput
from centralka.store.models import Number, SipAccount, Tenant
from tests import cast

from .test_sip_accounts import codes, wanted

OFFICE, MOBILE, THEIRS = "+48221234567", "+48600100200", "+48222222222"


def a_number(tenant: Tenant | None, e164: str = OFFICE, **fields: object) -> Number:
    return Number.objects.create(tenant=tenant, e164=e164, **fields)


def presented(account: SipAccount) -> tuple[str | None, bool]:
    account = SipAccount.objects.get(pk=account.pk)
    return (account.caller_id.e164 if account.caller_id else None, account.caller_id_restricted)


def test_a_new_account_shows_the_companys_first_number(kwiaty: cast.Company) -> None:
    for e164 in (MOBILE, OFFICE):
        a_number(kwiaty.tenant, e164)
    assert presented(actions.add_sip_account(kwiaty.manager, wanted())) == (OFFICE, False)


def test_a_company_without_numbers_hides_them(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    a_number(ksiegi.tenant)
    a_number(None, MOBILE)
    assert presented(actions.add_sip_account(kwiaty.manager, wanted())) == (None, True)


@pytest.mark.parametrize("spelling", [OFFICE, "22 123 45 67", "(22) 123-45-67", "0048 221234567", " 48221234567 "])
def test_a_number_is_chosen_in_any_spelling(kwiaty: cast.Company, spelling: str) -> None:
    a_number(kwiaty.tenant)
    assert presented(actions.add_sip_account(kwiaty.manager, wanted(caller_id=spelling))) == (OFFICE, False)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        (THEIRS, "not_owned"),
        (MOBILE, "not_owned"),
        ("+48229999999", "not_owned"),
        ("100", "malformed"),
        ("112", "malformed"),
        ("", "malformed"),
        ("\0", "malformed"),
        ("+48 22 123 45 6", "malformed"),
        ("2" * 10_000, "malformed"),
        ("+٤٨٢٢١٢٣٤٥٦٧", "malformed"),
        ("sip:+48221234567@x", "malformed"),
    ],
)
def test_anything_else_is_refused_beside_the_field(
    kwiaty: cast.Company, ksiegi: cast.Company, spelling: str, code: str
) -> None:
    a_number(kwiaty.tenant)
    a_number(ksiegi.tenant, THEIRS)
    a_number(None, MOBILE)
    account = cast.phone(kwiaty.tenant, "105")
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(caller_id=spelling))
    assert codes(refused) == {"caller_id": [code]}
    with pytest.raises(InvalidInput) as refused:
        actions.change_sip_account(kwiaty.manager, account.pk, {"caller_id": spelling})
    assert codes(refused) == {"caller_id": [code]}
    assert SipAccount.objects.get() == account


def test_neither_a_number_nor_hiding_is_no_choice(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(caller_id_restricted=False))
    assert codes(refused) == {"caller_id": ["required"]}
    shows = actions.add_sip_account(kwiaty.manager, wanted(caller_id_restricted=True))
    with pytest.raises(InvalidInput):
        actions.change_sip_account(kwiaty.manager, shows.pk, {"caller_id": None, "caller_id_restricted": False})


def test_an_account_from_before_there_were_numbers_may_stay_as_it_is(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "105")
    same = {"caller_id": None, "caller_id_restricted": False}
    actions.change_sip_account(kwiaty.manager, account.pk, {"name": "Biuro", **same})
    assert presented(account) == (None, False)


def test_a_number_that_was_taken_away_is_refused_at_save_but_keeps_nobody_from_other_changes(
    kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    number = a_number(kwiaty.tenant)
    account = actions.add_sip_account(kwiaty.manager, wanted(caller_id=OFFICE))
    Number.objects.filter(pk=number.pk).update(tenant=ksiegi.tenant)
    assert actions.change_sip_account(kwiaty.manager, account.pk, {"name": "Biuro"}).name == "Biuro"
    assert presented(account) == (OFFICE, False)
    with pytest.raises(InvalidInput) as refused:
        actions.change_sip_account(kwiaty.manager, account.pk, {"name": "X", "caller_id": OFFICE})
    assert codes(refused) == {"caller_id": ["not_owned"]}
    hidden = {"caller_id": None, "caller_id_restricted": True}
    actions.change_sip_account(kwiaty.manager, account.pk, hidden)
    assert presented(account) == (None, True)


def test_deleting_an_account_tells_which_numbers_lead_nowhere_now(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    a_number(kwiaty.tenant, MOBILE, sip_account=account)
    a_number(kwiaty.tenant, OFFICE, sip_account=account)
    a_number(kwiaty.tenant, THEIRS)
    assert actions.numbers_pointing_at(account) == [OFFICE, MOBILE]
    assert actions.delete_sip_account(kwiaty.manager, account.pk).numbers == [OFFICE, MOBILE]
    assert list(Number.objects.values_list("sip_account", flat=True)) == [None, None, None]
