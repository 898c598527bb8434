"""Two people who want the same extension at the same moment, or who change the same one after the other."""

import http.client
import threading
from decimal import Decimal
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Page, expect

from centralka.actions.numbers import set_number_target
from centralka.actions.tenants.own import change_own_tenant
from centralka.store.models import Number, SipAccount
from tests import cast
from tests.server import Server

from .conftest import Screen, SignIn, session_of
from .test_every_page import complaints

ROUNDS = 15
_TOKEN = "x" * 32
_PASSWORD = "Mq7-tRw2-Zk9x"


def _add(server: Server, session: str, extension: str, start: threading.Barrier, answers: list[str]) -> None:
    body = urlencode(
        {
            "extension": extension,
            "name": "Biuro",
            "password": _PASSWORD,
            "confirmation": _PASSWORD,
            "shows": "real",
            "ring_timeout": "30",
            "caller_id": "restricted",
            "international": "inherit",
            "max_rate_inherited": "on",
        }
    )
    headers = {
        "Cookie": f"{server.session_cookie}={session}; {server.csrf_cookie}={_TOKEN}",
        "X-CSRFToken": _TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Language": "en",
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.connect()
    start.wait()
    connection.request("POST", "/firma/kwiaty/konta-sip/dodaj", body, headers)
    response = connection.getresponse()
    answers.append(f"{response.status} {response.read().decode()}")
    connection.close()


def test_one_gets_the_extension_and_the_other_is_told_beside_the_field(server: Server, kwiaty: cast.Company) -> None:
    sessions = [session_of(kwiaty.owner), session_of(kwiaty.manager)]
    for number in range(ROUNDS):
        extension, start, answers = str(200 + number), threading.Barrier(2), list[str]()
        people = [threading.Thread(target=_add, args=(server, one, extension, start, answers)) for one in sessions]
        for one in people:
            one.start()
        for one in people:
            one.join()
        assert [answer[:3] for answer in answers] == ["200", "200"]
        refused = [answer for answer in answers if 'id="id_extension_error"' in answer]
        assert len(refused) == 1
        assert "This extension exists already." in refused[0]
        assert SipAccount.objects.filter(extension=extension).count() == 1


def test_whoever_comes_later_is_told_what_was_saved_and_may_replace_it(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    number = Number.objects.create(e164="+48221112233", tenant=kwiaty.tenant)
    office, store = cast.phone(kwiaty.tenant, "100", "Biuro"), cast.phone(kwiaty.tenant, "101", "Magazyn")
    sign_in(context, kwiaty.manager)
    page.goto("/ustawienia/zewnetrzne")
    change_own_tenant(kwiaty.owner, {"max_rate": Decimal("2.5"), "international": "world"})
    page.locator("#id_max_rate").fill("0,50")
    page.locator(".form-end .btn-primary").click()
    beside = page.locator("#id_max_rate_error")
    expect(beside).to_contain_text(screen.say("było „1,00”, jest „2,50”", "was “1.00” and is “2.50”"))
    expect(page.locator("#id_max_rate")).to_have_value("0,50")
    assert complaints(page) == []
    page.locator(".form-end .btn-primary").click()
    expect(beside).to_have_count(0)
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.max_rate, kwiaty.tenant.international) == (Decimal("0.5"), "world")

    page.goto("/numery/")
    set_number_target(kwiaty.owner, number.pk, office.pk)
    page.locator(f"#target-{number.pk}").select_option(str(store.pk))
    said = page.locator(f"#saved-{number.pk}")
    expect(said).to_contain_text("100 Biuro")
    assert complaints(page) == []
    said.locator(".btn").click()
    expect(page.locator(".note-success")).to_be_visible()
    expect(page.locator(f"#target-{number.pk}")).to_have_value(str(store.pk))
    assert mistakes == []
