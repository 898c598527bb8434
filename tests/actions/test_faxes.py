"""Received faxes: who may see them, mailing them on, deleting."""

import pytest

from centralka.actions import faxes as actions
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound
from centralka.store.models import Fax, FaxFile, Mail
from tests import cast


@pytest.fixture
def fax(kwiaty: cast.Company) -> Fax:
    return cast.fax(cast.fax_account(kwiaty.tenant))


def test_the_newest_comes_first(kwiaty: cast.Company, fax: Fax) -> None:
    newer = cast.fax(fax.sip_account)
    assert list(actions.faxes(kwiaty.manager)) == [newer, fax]
    assert list(actions.faxes(kwiaty.manager, account=fax.sip_account_id + 1)) == []


def test_managers_get_the_pdf_and_the_pages(kwiaty: cast.Company, fax: Fax) -> None:
    assert actions.fax_pdf(kwiaty.manager, fax.pk).startswith(b"%PDF")
    assert actions.fax_picture(kwiaty.manager, fax.pk, 2).startswith(b"\x89PNG")
    for number in (0, 3, 2**70):
        with pytest.raises(NotFound):
            actions.fax_picture(kwiaty.manager, fax.pk, number)


def test_nobody_else_does(kwiaty: cast.Company, ksiegi: cast.Company, fax: Fax) -> None:
    for knock in (actions.fax, actions.fax_pdf, actions.delete_fax):
        with pytest.raises(NotFound):
            knock(ksiegi.manager, fax.pk)
        with pytest.raises(NotAllowed):
            knock(kwiaty.reader, fax.pk)
    with pytest.raises(NotFound):
        actions.mail_fax(ksiegi.manager, fax.pk, "a@ksiegi.example")
    assert Fax.objects.exists()
    assert not Mail.objects.exists()


def test_one_is_mailed_on_as_often_as_somebody_wants(kwiaty: cast.Company, fax: Fax) -> None:
    for _ in range(2):
        actions.mail_fax(kwiaty.manager, fax.pk, " a@b.example ")
    assert list(Mail.objects.values_list("to", "kind", "fax")) == [("a@b.example", "fax", fax.pk)] * 2


@pytest.mark.parametrize("address", ["", "nobody", "a@b.example, c@d.example"])
def test_a_wrong_address_is_said(kwiaty: cast.Company, fax: Fax, address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.mail_fax(kwiaty.manager, fax.pk, address)
    assert list(refused.value.problems) == ["address"]


def test_deleted_it_is_gone_and_its_mail_stays_in_the_log(kwiaty: cast.Company, fax: Fax) -> None:
    actions.mail_fax(kwiaty.manager, fax.pk, "a@b.example")
    actions.delete_fax(kwiaty.manager, fax.pk)
    assert (Fax.objects.count(), FaxFile.objects.count()) == (0, 0)
    assert Mail.objects.get().fax is None
