"""The operator's pages in a browser: from nothing to a company that can call outside; accessible, on every screen."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from centralka.actions.prices import revisions
from centralka.store.models import LedgerEntry, Number, Person, Price, PriceList, PriceListRevision, Trunk
from tests import cast
from tests.operators import operators_things

from .conftest import EVERY_SCREEN, Screen, SignIn
from .test_every_page import LONG, complaints

HEADER = "prefiks;opis;cena za minutę;opłata za połączenie;pierwszy takt;kolejny takt"


@pytest.fixture
def olga(context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company) -> Person:
    """The operator, signed in; there is one company."""
    person = cast.olga_the_operator()
    sign_in(context, person)
    return person


def _save(page: Page) -> None:
    page.locator(".form-end .btn-primary").click()


def _saved(page: Page) -> None:
    _save(page)
    expect(page.locator(".note-success")).to_be_visible()
    page.wait_for_load_state()  # the page's scripts have run: what is typed now is searched for


def _csv(folder: Path, text: str) -> Path:
    path = folder / "ceny.csv"
    path.write_bytes(text.encode("cp1250"))
    return path


@pytest.mark.usefixtures("olga")
def test_from_nothing_to_a_company_that_can_call_outside(
    page: Page, screen: Screen, kwiaty: cast.Company, tmp_path: Path, mistakes: list[str]
) -> None:
    page.goto("/lacza/")
    page.locator(".empty .btn-primary").click()
    page.locator("#id_name").fill("Operator A")
    page.locator("#id_host").fill("sip.operator.example")
    page.get_by_label(screen.say("Nazwa użytkownika", "User name")).fill("48221234567")
    page.locator("#id_password").fill("s3kret-Operatora")
    _saved(page)

    page.goto("/cenniki/")
    page.locator(".empty .btn-primary").click()
    page.locator("#id_name").fill("Standard")
    page.locator("#id_account_monthly").fill("9,99")
    _saved(page)
    page.locator("#id_file").set_input_files(
        _csv(tmp_path, f"{HEADER}\n48;Polska;0,05;0;1;1\n49;Niemcy;0,15;0;60;30\n")
    )
    start = page.locator("#id_holds_from")
    start.press_sequentially("01")  # of a moment written in part a browser sends nothing, which means at once
    _save(page)
    expect(start).to_be_focused()
    assert not Price.objects.exists()
    start.fill("2025-12-01T00:00")
    _save(page)
    expect(page.locator("#id_holds_from_error")).to_be_visible()
    start.fill("")
    _saved(page)
    page.locator("#search").fill("niem")
    expect(page.locator("#results tbody tr")).to_have_count(1)

    page.goto("/zasob-numerow/")
    page.locator(".empty .btn-primary").click()
    page.locator("#id_numbers").fill("22 123 45 67\n600 100 200")
    page.locator("#id_tenant_id").select_option(str(kwiaty.tenant.pk))
    _saved(page)
    page.locator("#search").fill("600100")
    expect(page.locator("#results tbody tr")).to_have_count(1)

    page.goto("/firmy/")
    page.get_by_role("link", name="Kwiaciarnia Alicja").click()
    page.locator(".head-actions .btn-quiet").click()
    page.locator("#id_price_list").select_option(label="Standard")
    _saved(page)
    page.locator(".head-actions .btn-primary").click()
    page.locator("#id_net").fill("100")
    page.locator("#id_note").fill("Przelew 7/2026")
    _saved(page)
    expect(page.locator(".rows tbody tr")).to_have_count(1)

    kwiaty.tenant.refresh_from_db()
    assert (Trunk.objects.count(), Number.objects.count(), Price.objects.count()) == (1, 2, 2)
    assert (kwiaty.tenant.price_list, kwiaty.tenant.balance) == (PriceList.objects.get(), Decimal(100))
    assert mistakes == []


CARRIERS = (
    "Hurt 2026\nKierunek;Numery;Cena (USD);Naliczanie\n"
    "Polska, komórkowe;4850,4851;0.012301;60/1\nPremium;4870;1200;60/60\n"
)


@pytest.mark.usefixtures("olga")
def test_a_carriers_file_is_explained_and_its_revisions_are_seen(
    page: Page, screen: Screen, tmp_path: Path, mistakes: list[str]
) -> None:
    page.goto("/cenniki/dodaj")
    page.locator("#id_name").fill("Hurt")
    _saved(page)
    page.locator("#id_file").set_input_files(_csv(tmp_path, CARRIERS))
    _save(page)
    page.locator("#errors .btn-primary").click()
    expect(page.locator("#id_column_0")).to_have_value("description")
    expect(page.get_by_text("4850,4851")).to_be_visible()
    page.locator("#id_column_1").select_option("prefix")
    page.locator("#id_column_2").select_option("per_minute")
    page.locator("#id_factor").fill("4,05")
    page.locator("#id_bar_high").check()
    assert complaints(page) == []
    _saved(page)
    expect(page.locator("#results tbody tr")).to_have_count(3)
    expect(page.locator("#results")).to_contain_text(screen.say("zablokowany", "barred"))
    page.locator("#results .actions a").first.click()
    page.locator("#id_per_minute").fill("0,07")
    assert complaints(page) == []
    _saved(page)
    expect(page.locator("#results")).to_contain_text(screen.say("0,07", "0.07"))
    page.goto(page.url.rstrip("/") + "/wersje/")
    expect(page.locator("#revisions tbody tr")).to_have_count(1)
    assert complaints(page) == []
    with page.expect_download() as download:
        page.locator("#revisions a[href$='.csv']").click()
    assert download.value.suggested_filename.startswith("hurt-")
    assert mistakes == []


@pytest.mark.usefixtures("olga")
def test_prices_are_brought_back_and_removed_after_a_question(page: Page, screen: Screen) -> None:
    prices = PriceList.objects.create(name="Standard")
    at = timezone.now()
    earlier, holding = (
        PriceListRevision.objects.create(
            price_list=prices, state="ready", rows=1, made_at=at, touched_at=at, holds_from=at - timedelta(days=days)
        )
        for days in (2, 1)
    )
    for revision, price in ((earlier, "0.05"), (holding, "0.07")):
        Price.objects.create(revision=revision, prefix="48", per_minute=price)
    page.goto(f"/cenniki/{prices.pk}/wersje/")
    again = page.get_by_role("link", name=screen.say("Przywróć", "Bring back"))
    again.click()
    expect(page.locator(".ask")).to_contain_text(screen.say("Zmieni się 1 cena", "1 price is another one"))
    assert complaints(page) == []
    page.locator(".ask .form-end a").first.click()
    again.click()
    revisions.change_price(cast.OPERATOR, prices.pk, holding.prices.get().pk, {"per_minute": Decimal("0.05")})
    page.locator(".ask .btn-danger").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator(".ask")).to_contain_text(screen.say("Żadna cena się nie zmieni", "No price changes"))
    assert complaints(page) == []
    page.locator(".ask .btn-danger").click()
    expect(page.locator(".note-success")).to_be_visible()
    expect(page.locator("#revisions tbody tr").last.locator("strong")).to_be_visible()
    earlier.refresh_from_db()
    assert earlier.holds_from
    assert earlier.holds_from >= at

    page.get_by_role("link", name=screen.say("Usuń", "Remove")).click()
    expect(page.locator(".ask")).to_contain_text(screen.say("nie będzie można", "brought back"))
    assert PriceListRevision.objects.filter(state="ready").count() == 2
    page.locator(".ask .btn-danger").click()
    expect(page.locator("#revisions tbody tr")).to_have_count(1)


@pytest.mark.usefixtures("olga")
def test_a_double_click_books_once(page: Page, kwiaty: cast.Company) -> None:
    page.goto(f"/firmy/{kwiaty.tenant.pk}/zaksieguj")
    page.locator("#id_net").fill("100")
    page.locator(".form-end .btn-primary").dblclick()
    expect(page.locator(".note-success").first).to_be_visible()
    assert LedgerEntry.objects.count() == 1


@pytest.mark.usefixtures("olga")
def test_what_a_trunk_known_by_its_address_does_not_need_is_not_shown(page: Page) -> None:
    page.goto("/lacza/dodaj")
    username = page.locator("#id_username")
    expect(username).to_be_visible()
    page.locator('input[name="kind"][value="address"]').check()
    expect(username).to_be_hidden()
    page.locator('input[name="kind"][value="registration"]').check()
    expect(username).to_be_visible()


@pytest.mark.usefixtures("olga")
@EVERY_SCREEN
def test_empty_pages_and_pages_with_errors_are_accessible_and_fit(
    page: Page, kwiaty: cast.Company, tmp_path: Path, mistakes: list[str]
) -> None:
    found = {}
    empty = ("/zasob-numerow/", "/lacza/", "/cenniki/", "/instalacja/", f"/firmy/{kwiaty.tenant.pk}/")
    for url in (*empty, f"/zasob-numerow/?company={kwiaty.tenant.pk}", "/zasob-numerow/?search=zzz"):
        page.goto(url)
        found[url] = complaints(page)
    things = operators_things(kwiaty, LONG)
    prices, trunk = things["price_list"]["price_list_id"], things["trunk_change"]["trunk_id"]
    for url, field, typed in (
        ("/zasob-numerow/dodaj", "numbers", "\n".join(["x" * 60] * 30)),
        ("/lacza/dodaj", "host", "x" * 300),
        ("/cenniki/dodaj", "account_monthly", "9" * 60),
        (f"/firmy/{kwiaty.tenant.pk}/zmien", "max_rate", "9" * 60),
        (f"/firmy/{kwiaty.tenant.pk}/zaksieguj", "net", "-"),
        ("/instalacja/", "vat_percent", "x"),
    ):
        page.goto(url)
        page.locator(f"#id_{field}").fill(typed)
        _save(page)
        expect(page.locator("#errors")).to_be_focused()
        found[f"errors of {url}"] = complaints(page)
    page.goto(f"/cenniki/{prices}/wgraj")
    rows = f"{'x' * 60};{LONG * 3};-1;x;0;1\n" * 30
    page.locator("#id_file").set_input_files(_csv(tmp_path, f"{HEADER}\n{rows}"))
    _save(page)
    expect(page.locator("#mistakes tbody tr").first).to_be_visible()
    found["mistakes in a file"] = complaints(page)
    page.goto(f"/lacza/{trunk}/zmien")
    Trunk.objects.update(port=5070, version=2, name=LONG[::-1])
    _save(page)
    expect(page.locator(".note-warning li")).to_have_count(2)
    found["changed meanwhile"] = complaints(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
    assert mistakes == []


@pytest.mark.usefixtures("olga")
def test_a_carrier_that_goes_is_seen_without_a_reload(page: Page, screen: Screen, mistakes: list[str]) -> None:
    trunk = Trunk.objects.create(name="A", kind="registration", host="192.0.2.7", status="Registered", reachable=True)
    page.goto("/lacza/")
    state = page.locator(f"#trunk-{trunk.pk}")
    expect(state.locator(".dot-on")).to_be_visible()
    Trunk.objects.update(reachable=False)
    expect(state).to_contain_text(screen.say("Operator nie odpowiada", "The carrier does not answer"))
    expect(state.locator(".dot-on")).to_have_count(0)
    assert mistakes == []
