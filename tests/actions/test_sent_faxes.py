"""Sending documents by fax: who may, to whom, from which account, and each once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from centralka.actions import fax_documents, sent_faxes
from centralka.actions.actor import Actor
from centralka.actions.errors import EndedAlready, InvalidInput, NotAllowed, NotFound
from centralka.actions.request_keys import KeyReused
from centralka.actions.sent_faxes import FaxInput, send
from centralka.store.models import FaxDocument, SentFax, SipAccount, Tenant
from centralka.store.sent_faxes import claim, has_work
from tests import cast
from tests.documents import a_pdf

NUMBER = "+48222223344"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    line = cast.line_outside(kwiaty.tenant)
    cast.fax_account(kwiaty.tenant)
    return cast.phone(kwiaty.tenant, "100", "Biuro", caller_id=line)


@pytest.fixture
def document(kwiaty: cast.Company) -> FaxDocument:
    return cast.fax_document(kwiaty.tenant)


Ask = Callable[..., FaxInput]


@pytest.fixture
def ask(account: SipAccount, document: FaxDocument) -> Ask:
    return lambda *to, account_id=account.pk, **more: FaxInput(
        document_id=document.pk, account_id=account_id, to=to, **more
    )


def test_an_uploaded_file_is_kept_as_pages(kwiaty: cast.Company) -> None:
    made = fax_documents.add_document(kwiaty.manager, "Umo\nwa.pdf", a_pdf([["0 g 0 0 9 9 re f"]] * 2))
    assert (made.name, made.pages, made.by) == ("Umowa.pdf", 2, kwiaty.manager.who)
    assert fax_documents.document_picture(kwiaty.manager, made.pk, 2).startswith(b"\x89PNG")
    for number in (0, 3, 2**70):
        with pytest.raises(NotFound):
            fax_documents.document_picture(kwiaty.manager, made.pk, number)


def test_a_file_that_cannot_be_faxed_is_said_beside_its_field(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        fax_documents.add_document(kwiaty.manager, "a.doc", b"\xd0\xcf")
    assert refused.value.has("unknown")
    assert list(refused.value.problems) == ["file"]
    assert not FaxDocument.objects.exists()


def test_it_goes_to_numbers_and_extensions_each_once(kwiaty: cast.Company, ask: Ask) -> None:
    made = send(kwiaty.manager, ask("22 222 33 44", "+48 22 222 33 44", "15"))
    assert [(one.number, one.state, one.by) for one in made] == [
        (NUMBER, "queued", kwiaty.manager.who),
        ("15", "queued", kwiaty.manager.who),
    ]
    assert len({one.batch for one in made}) == 1


@pytest.mark.parametrize("to", ["", "112", "999", "*43", "*98", "abc", "22 222", "999999", "１２３", "+", "22\n3"])
def test_what_no_fax_machine_has_is_refused(kwiaty: cast.Company, ask: Ask, to: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(kwiaty.manager, ask("15", to))
    assert list(refused.value.problems) == ["to.1"]
    assert not SentFax.objects.exists(), "all or none"


@pytest.mark.parametrize("to", ["+4930123456", "100"])
def test_what_the_account_may_not_call_is_refused_with_the_reason(kwiaty: cast.Company, ask: Ask, to: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(kwiaty.manager, ask(to))
    assert refused.value.has("refused")


def test_without_money_nothing_is_queued(kwiaty: cast.Company, ask: Ask) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(balance=0)
    with override("pl"), pytest.raises(InvalidInput) as refused:
        send(kwiaty.manager, ask(NUMBER))
    assert "środków" in str(refused.value.problems["to.0"][0].message)


def test_who_has_signed_in_needs_no_pin(kwiaty: cast.Company, ask: Ask, account: SipAccount) -> None:
    SipAccount.objects.filter(pk=account.pk).update(outbound_pin_digest="x")
    assert send(kwiaty.manager, ask(NUMBER))


def test_a_request_that_comes_twice_sends_once(kwiaty: cast.Company, ask: Ask) -> None:
    first = send(kwiaty.manager, ask(NUMBER, "15"), request="a")
    assert send(kwiaty.manager, ask(NUMBER, "15"), request="a") == first
    with pytest.raises(KeyReused):
        send(kwiaty.manager, ask(NUMBER), request="a")
    assert SentFax.objects.count() == 2


def test_nobody_is_asked_for_is_said(kwiaty: cast.Company, ask: Ask) -> None:
    for wanted, field in ((ask(), "to"), (ask("15", account_id=0), "account"), (ask(*["15"] * 51), "to")):
        with pytest.raises(InvalidInput) as refused:
            send(kwiaty.manager, wanted)
        assert list(refused.value.problems) == [field]


def test_strangers_and_readers_do_nothing(kwiaty: cast.Company, ksiegi: cast.Company, ask: Ask) -> None:
    (made,) = send(kwiaty.manager, ask("15"))
    knocks: list[Callable[[Actor], object]] = [
        lambda who: send(who, ask("15")),
        lambda who: sent_faxes.sent_fax(who, made.pk),
        lambda who: sent_faxes.cancel(who, made.pk),
        lambda who: fax_documents.document(who, made.document_id),
        lambda who: fax_documents.document_picture(who, made.document_id, 1),
    ]
    for knock in knocks:
        with pytest.raises(NotFound):
            knock(ksiegi.manager)
        with pytest.raises(NotAllowed):
            knock(kwiaty.reader)
    with pytest.raises(NotAllowed):
        fax_documents.add_document(kwiaty.reader, "a.pdf", b"")
    assert not ksiegi.tenant.sent_faxes.exists()


def test_one_that_waits_is_cancelled_and_one_under_way_is_not(kwiaty: cast.Company, ask: Ask) -> None:
    (made,) = send(kwiaty.manager, ask("15"))
    sent_faxes.cancel(kwiaty.manager, made.pk)
    assert sent_faxes.sent_fax(kwiaty.manager, made.pk).state == SentFax.State.CANCELLED
    with pytest.raises(EndedAlready):
        sent_faxes.cancel(kwiaty.manager, made.pk)


LATER = datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_one_for_later_waits_for_its_time_and_can_be_called_off_till_then(kwiaty: cast.Company, ask: Ask) -> None:
    now, soon = LATER - timedelta(hours=2), LATER - timedelta(seconds=1)
    one, other = send(kwiaty.manager, ask("15", NUMBER, send_at=LATER), now=now)
    assert (one.state, one.send_at, one.next_at) == ("queued", LATER, LATER)
    assert not has_work("node1", soon)
    assert claim("node1", soon, 4) is None
    sent_faxes.cancel(kwiaty.manager, one.pk)
    assert has_work("node1", LATER)
    assert claim("node1", LATER, 4) is not None
    with pytest.raises(EndedAlready):
        sent_faxes.cancel(kwiaty.manager, other.pk)
    assert claim("node1", LATER, 4) is None, "the other was called off"


@pytest.mark.parametrize(
    ("ahead", "code"),
    [(-timedelta(minutes=1), "past"), (-timedelta(days=400), "past"), (timedelta(days=60, seconds=1), "too_far")],
)
def test_a_time_that_is_over_or_too_far_is_refused(kwiaty: cast.Company, ask: Ask, ahead: timedelta, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(kwiaty.manager, ask("15", send_at=LATER + ahead), now=LATER)
    assert list(refused.value.problems) == ["send_at"]
    assert refused.value.has(code)
    assert not SentFax.objects.exists()


def test_the_minute_that_goes_on_is_now(kwiaty: cast.Company, ask: Ask) -> None:
    (made,) = send(kwiaty.manager, ask("15", send_at=LATER), now=LATER + timedelta(seconds=59))
    assert made.next_at == LATER
