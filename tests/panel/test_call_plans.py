"""Co się stanie, gdy ktoś zadzwoni? The page, the picture, and the preview on an account's form."""

from itertools import combinations

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from centralka.actions.account.accounts import change_sip_account
from centralka.actions.account.forwarding import ForwardChoice
from centralka.panel.pictures.picture import (
    NARROW,
    Box,
    Drawing,
    Line,
    fits_side_by_side,
    one_below_the_other,
    side_by_side,
    wrapped,
)
from centralka.panel.pictures.tree import Branch, Kind, Step, merged, steps_of
from centralka.store.models import ExternalNumber, Forward, LedgerEntry, Number, SipAccount
from tests import cast
from tests.locked import write_lock_held_elsewhere

from .conftest import SignIn
from .page import Page

PAGE = "/co-sie-stanie/"


@pytest.fixture
def ala(kwiaty: cast.Company) -> SipAccount:
    """Nobody answers: Bartek; busy: a taxi; unavailable: nothing. A number points at her, a mailbox takes the rest."""
    made = cast.phone(kwiaty.tenant, "100", "Ala")
    cast.phone(kwiaty.tenant, "101", "Bartek")
    cast.line_outside(kwiaty.tenant)
    Number.objects.update(sip_account=made)
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Taksówki")
    changes = {
        "caller_id": "+48221234567",
        "voicemail_enabled": True,
        "voicemail_pin": "7391",
        "forward_no_answer": ForwardChoice("extension", extension="101"),
        "forward_busy": ForwardChoice("external", number="+48600100200"),
    }
    return change_sip_account(kwiaty.manager, made.pk, changes)


def asked(signed_in: SignIn, company: cast.Company, language: str = "en", **question: str) -> Page:
    return Page(signed_in(company.reader, language).get(PAGE, question))


# The page


def test_the_first_question_is_what_happens_to_calls_from_outside(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    page = asked(signed_in, kwiaty)
    assert page.form["who"] == "outside"
    assert page.form["to"] == "+48221234567"
    assert "Somebody outside" in page.text
    assert "Rings 100 Ala" in page.text


def test_every_step_condition_time_price_and_reason_is_told(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    page = asked(signed_in, kwiaty, who="outside", number="600 300 400", to="100")
    for words in (
        "600 300 400",
        "calls 22 123 45 67",
        "Rings 100 Ala",
        "no answer in 30 s",
        "Rings 101 Bartek",
        "for up to 30 s",
        "Calls outside: 600 100 200 (Taksówki)",
        "PLN 0.12 net a minute",
        "Voicemail of 100",
        "system greeting: busy",
        "22 123 45 67 rings at 100 (Ala).",
    ):
        assert words in page.text


def test_it_is_said_in_polish_too(signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount) -> None:
    page = asked(signed_in, kwiaty, "pl", who="101", to="100")
    for words in ("101 Bartek", "Dzwoni 100 Ala", "brak odpowiedzi po 30 s", "Poczta głosowa 100", "niedostępny"):
        assert words in page.text


def test_a_target_that_cannot_be_reached_is_shown_as_skipped(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    page = asked(signed_in, kwiaty, who="101", to="100")
    assert "Skipped: 101 (Bartek)" in page.text
    Forward.objects.filter(condition=Forward.Condition.BUSY).update(external=None)
    assert "Skipped: the target was deleted" in asked(signed_in, kwiaty, who="101", to="100").text


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("*43", ["Echo test", "The caller hears themselves"]),
        ("*98", ["Asks for the mailbox's PIN", "the PIN is right", "Listens to the messages", "SIP answer 403"]),
        ("100", ["Busy", "SIP answer 486"]),
        ("999999", ["Refused: no such number", "SIP answer 404"]),
        ("112", ["Calls outside: 112", "free of charge"]),
        ("600100200", ["Calls outside: 600 100 200", "too little money", "no trunk works", "SIP answer 503"]),
    ],
)
def test_whatever_can_be_dialled_has_a_picture(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount, to: str, words: list[str]
) -> None:
    page = asked(signed_in, kwiaty, who="100", to=to)
    assert [word for word in words if word not in page.text] == []


def test_a_company_with_accounts_alone_asks_among_colleagues(signed_in: SignIn, kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100", "Ala")
    page = asked(signed_in, kwiaty)
    assert (page.form["who"], page.form["to"]) == ("outside", "100")
    cast.phone(kwiaty.tenant, "101", "Bartek")
    page = asked(signed_in, kwiaty)
    assert (page.form["who"], page.form["to"]) == ("101", "100")


def test_an_empty_company_has_nothing_to_explain(signed_in: SignIn, kwiaty: cast.Company) -> None:
    assert "No accounts yet" in asked(signed_in, kwiaty).text


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"who": "777", "to": "100"}, "who"),
        ({"who": "\0", "to": "100"}, "who"),
        ({"who": "outside", "to": "999"}, "to"),
        ({"who": "100", "to": ""}, "to"),
        ({"who": "100", "to": "9" * 81}, "to"),
        ({"who": "outside", "to": "100", "number": "abc"}, "number"),
        ({"who": "100", "to": "101", "at": "yesterday"}, "at"),
        ({"who": "100", "to": "101", "at": "0001-01-01T00:00"}, "at"),
        ({"to": "101"}, "who"),
    ],
)
def test_a_wrong_question_is_answered_beside_its_field(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount, question: dict[str, str], field: str
) -> None:
    page = asked(signed_in, kwiaty, **question)
    assert page.response.status_code == 200
    assert page.beside(field)
    assert "This cannot be asked" in page.text


def test_strangers_accounts_and_numbers_do_not_exist_here(
    signed_in: SignIn, kwiaty: cast.Company, ksiegi: cast.Company, ala: SipAccount
) -> None:
    for question in ({"who": "100", "to": "101"}, {"who": "outside", "to": "+48221234567"}):
        page = asked(signed_in, ksiegi, **question)
        assert "This cannot be asked" in page.text or "No accounts yet" in page.text
        assert "Ala" not in page.text


def test_htmx_gets_the_answer_alone(signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount) -> None:
    answer = signed_in(kwiaty.reader).get(PAGE, {"who": "101", "to": "100"}, headers={"HX-Request": "true"})
    assert answer.content.strip().startswith(b'<div id="results">')


def test_nothing_that_somebody_typed_becomes_markup(signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount) -> None:
    SipAccount.objects.filter(pk=ala.pk).update(name="<b>&amp;")
    page = asked(signed_in, kwiaty, who="101", to="100")
    assert "<b>" not in page.html
    assert "Rings 100 <b>&amp;" in page.text


# The preview


def preview(signed_in: SignIn, company: cast.Company, account: SipAccount | None, **typed: str) -> Page:
    """What the picture becomes when the form is filled in like this; fields that are "off" are left out."""
    browser = signed_in(company.manager)
    page = Page(browser.get(reverse("account_change", args=[account.pk]) if account else reverse("account_add")))
    sent = {name: value for name, value in (page.form | typed).items() if value != "off"}
    url = reverse("account_preview", args=[account.pk]) if account else reverse("new_account_preview")
    return Page(browser.post(url, sent))


def test_the_form_of_an_account_asks_for_its_picture_without_secrets(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    page = Page(signed_in(kwiaty.manager).get(reverse("account_change", args=[ala.pk])))
    assert f'hx-post="/firma/kwiaty{reverse("account_preview", args=[ala.pk])}"' in page.html
    assert 'hx-params="not password,confirmation,outbound_pin,voicemail_pin"' in page.html
    page = Page(signed_in(kwiaty.manager).get(reverse("account_add")))
    assert f'hx-post="/firma/kwiaty{reverse("new_account_preview")}"' in page.html


def test_the_preview_follows_what_is_typed_and_saves_nothing(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    before = SipAccount.objects.values().get(pk=ala.pk)
    page = preview(signed_in, kwiaty, ala, ring_timeout="17", forward_no_answer="external:+48600100200")
    assert "for up to 17 s" in page.text
    assert "no answer in 17 s" in page.text
    assert "Rings 101" not in page.text
    assert SipAccount.objects.values().get(pk=ala.pk) == before
    assert ala.forwards.get(condition=Forward.Condition.NO_ANSWER).target is not None


@pytest.mark.django_db(transaction=True)
def test_the_preview_is_drawn_while_somebody_else_holds_the_write_lock(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    browser = signed_in(kwiaty.manager)
    for url, page in (("account_preview", "account_change"), ("new_account_preview", "account_add")):
        of = [ala.pk] if page == "account_change" else []
        form = Page(browser.get(reverse(page, args=of))).form | {"extension": "107", "name": "Nowe"}
        sent = {name: value for name, value in form.items() if value != "off"}
        with write_lock_held_elsewhere():
            drawn = Page(browser.post(reverse(url, args=of), sent))
        assert "Rings 107" in drawn.text


def test_the_switch_says_who_calls(signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount) -> None:
    page = preview(signed_in, kwiaty, ala)
    assert "Somebody outside calls 22 123 45 67" in page.text
    assert 'value="outside" checked' in page.html
    page = preview(signed_in, kwiaty, ala, preview_caller="colleague")
    assert "101 Bartek calls 100" in page.text
    assert 'value="colleague" checked' in page.html
    assert preview(signed_in, kwiaty, ala, preview_caller="nobody").response.status_code == 200


def test_the_panels_own_choice_of_caller_changes_with_the_forwards(signed_in: SignIn, kwiaty: cast.Company) -> None:
    only, _other = cast.phone(kwiaty.tenant, "100", "Ala"), cast.phone(kwiaty.tenant, "101", "Bartek")
    page = preview(signed_in, kwiaty, only)
    assert 'value="colleague" checked' in page.html
    assert 'name="preview_otherwise" value="colleague"' in page.html
    to_bartek = {"forward_no_answer": "extension:101"}
    left_alone = {"preview_caller": "colleague", "preview_otherwise": "colleague"}
    page = preview(signed_in, kwiaty, only, **to_bartek, **left_alone)
    assert "Somebody outside" in page.text
    assert "Rings 101 Bartek" in page.text
    chosen = {"preview_caller": "colleague", "preview_otherwise": "outside"}
    page = preview(signed_in, kwiaty, only, **to_bartek, **chosen)
    assert "Skipped: 101 (Bartek)" in page.text
    assert 'name="preview_otherwise" value="outside"' in page.html


def test_without_colleagues_somebody_outside_calls(signed_in: SignIn, kwiaty: cast.Company) -> None:
    only = cast.phone(kwiaty.tenant, "100", "Ala")
    page = preview(signed_in, kwiaty, only, preview_caller="colleague")
    assert 'value="colleague" disabled' in page.html
    assert "Somebody outside" in page.text
    assert "rings at" not in page.text  # no number does


@pytest.mark.parametrize("typed", [{"ring_timeout": "1"}, {"name": ""}, {"extension": "101"}, {"ring_timeout": "x"}])
def test_wrong_fields_leave_the_last_picture_with_a_note(
    signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount, typed: dict[str, str]
) -> None:
    page = preview(signed_in, kwiaty, ala, **typed)
    assert page.response.headers["HX-Retarget"] == "#preview-note"
    assert page.response.headers["HX-Reswap"] == "innerHTML"
    assert page.text == "The picture takes your changes in as soon as the fields above are right."


def test_a_new_account_has_a_picture_as_soon_as_it_has_a_name(signed_in: SignIn, kwiaty: cast.Company) -> None:
    assert "Give the extension and the name" in preview(signed_in, kwiaty, None).text
    page = preview(signed_in, kwiaty, None, extension="105", name="Nowe", voicemail_enabled="on")
    assert "Rings 105 Nowe" in page.text
    assert "Voicemail of 105" in page.text
    assert not SipAccount.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_pin_that_is_not_typed_yet_is_no_hindrance(signed_in: SignIn, kwiaty: cast.Company, ala: SipAccount) -> None:
    bartek = SipAccount.objects.get(extension="101")
    page = preview(signed_in, kwiaty, bartek, asks_pin="on", voicemail_enabled="on", extension="109")
    assert "Voicemail of 109" in page.text


# The picture


def _step(title: str, *branches: Branch, why: str = "") -> Step:
    return Step(Kind.RING, "telephone", title, ("30 s",), why, branches)


def test_branches_that_look_the_same_are_drawn_once() -> None:
    first, second, other = _step("Poczta", why="busy"), _step("Poczta", why="no answer"), _step("Koniec")
    tree = _step("100", Branch(("a",), first), Branch(("b",), second), Branch(("c",), other))
    assert merged(tree).branches == (Branch(("a", "b"), first), Branch(("c",), other))
    assert len(list(steps_of(tree))) == 4


def test_more_columns_than_fit_are_not_drawn_side_by_side() -> None:
    assert fits_side_by_side(_step("100", *(Branch(("a",), _step("b")) for _ in range(3))))
    assert not fits_side_by_side(_step("100", *(Branch(("a",), _step("b")) for _ in range(4))))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("short", ["short"]),
        ("call 600\u00a0100\u00a0200", ["call", "600\u00a0100\u00a0200"]),
        ("one two three four five", ["one two", "three four", "five"]),
        ("x" * 40, ["x" * 11, "x" * 11, "x" * 11, "x" * 7]),
        ("word " * 30, ["word word", "word word", "word word", "word word…"]),
    ],
)
def test_text_is_broken_where_it_does_not_fit(text: str, lines: list[str]) -> None:
    assert wrapped(text, 100, 14.0) == lines


texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=70)
trees = st.recursive(
    st.builds(Step, st.sampled_from(Kind), st.just("key"), texts, st.lists(texts, max_size=2).map(tuple)),
    lambda inner: st.builds(
        Step,
        st.just(Kind.RING),
        st.just("key"),
        texts,
        branches=st.lists(st.builds(Branch, st.lists(texts, max_size=3).map(tuple), inner), max_size=3).map(tuple),
    ),
    max_leaves=6,
)


def _mistakes(drawing: Drawing, root: Step) -> list[str]:
    found = [] if len(drawing.boxes) == len(list(steps_of(root))) else ["a step is missing"]
    for box in drawing.boxes:
        if box.x < 0 or box.y < 0 or box.x + box.width > drawing.width or box.y + box.height > drawing.height:
            found.append(f"outside: {box}")
    for one, other in combinations(drawing.boxes, 2):
        apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
        apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
        if not apart_x and not apart_y:
            found.append(f"over each other: {one} {other}")
    for label in drawing.labels:
        found += [f"covered: {label}" for box in drawing.boxes if _covers(box, label)]
    return found


def _covers(box: Box, label: Line) -> bool:
    return box.x < label.x < box.x + box.width and box.y < label.y < box.y + box.height


@given(trees)
@settings(max_examples=60, deadline=None)
def test_nothing_is_drawn_over_something_else_or_outside(tree: Step) -> None:
    assert _mistakes(side_by_side(tree), tree) == []
    narrow = one_below_the_other(tree)
    assert narrow.width == NARROW
    assert _mistakes(narrow, tree) == []
