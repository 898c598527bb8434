"""“Connect a phone”: for each device the steps hold what this account and this installation need."""

import html
import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from centralka.actions.account.passwords import digest_of
from centralka.actions.account.setup_links import send_setup_link, token_of
from centralka.panel.devices.device import Value
from centralka.panel.devices.known import DEVICES
from centralka.store.models import Device, SetupLink
from tests import cast
from tests.operators import setup_link

from .conftest import SignIn
from .page import Page

WHERE = {"HTTP_HOST": "centrala.example:8000"}


@pytest.fixture
def reader(kwiaty: cast.Company, signed_in: SignIn) -> Client:
    cast.phone(kwiaty.tenant, "100", name="Sekretariat")
    return signed_in(kwiaty.reader)


def page(client: Client, kwiaty: cast.Company, device: str, **where: str) -> Page:
    account = kwiaty.tenant.sip_accounts.get(extension="100")
    address = reverse("connect_device", args=[account.pk, device])
    return Page(client.get(address, follow=True, **(where or WHERE)))  # type: ignore[arg-type]


@pytest.mark.parametrize("device", DEVICES)
@override_settings(BIND="0.0.0.0", SIP_PORT=5070, ALLOWED_HOSTS=["*"])
def test_everything_that_a_phone_needs_is_there(reader: Client, kwiaty: cast.Company, device: str) -> None:
    text = page(reader, kwiaty, device).text
    assert "kwiaty_100" in text
    assert "centrala.example:5070" in text or ("centrala.example" in text and "5070" in text)
    assert "the account's password" in text
    assert "Sekretariat" in text
    assert "*43" in text


@pytest.mark.parametrize("device", DEVICES.values(), ids=lambda device: device.slug)
def test_no_device_goes_without_login_password_or_server(device: object) -> None:
    assert isinstance(device, type(DEVICES["other"]))
    asked = {field.value for step in device.steps for field in step.fields}
    more = {field.value for step in device.authentication for field in step.fields}
    assert (Value.AUTHENTICATION in asked) != (Value.AUTHENTICATION in more)
    assert asked & {Value.LOGIN, Value.LOGIN_AT_SERVER}
    assert Value.PASSWORD in asked
    assert Value.SERVER_AND_PORT in asked or {Value.SERVER, Value.PORT} <= asked


@override_settings(BIND="0.0.0.0", ALLOWED_HOSTS=["*"])
def test_an_address_that_only_this_machine_has_is_told(reader: Client, kwiaty: cast.Company) -> None:
    warning = "No other device can reach this address"
    assert warning in page(reader, kwiaty, "yealink", HTTP_HOST="localhost:8000").text
    assert warning not in page(reader, kwiaty, "yealink").text


@override_settings(BIND="127.0.0.1")
def test_an_exchange_that_lets_no_other_device_in_says_so(reader: Client, kwiaty: cast.Company) -> None:
    assert "CENTRALKA_BIND" in page(reader, kwiaty, "yealink", HTTP_HOST="localhost:8000").text


def test_a_device_that_nobody_knows_is_not_found(reader: Client, kwiaty: cast.Company) -> None:
    account = kwiaty.tenant.sip_accounts.get(extension="100")
    assert reader.get(reverse("connect_device", args=[account.pk, "fax"])).status_code == 404


@pytest.mark.parametrize("device", DEVICES)
@override_settings(BIND="0.0.0.0", TLS_PORT=5071, TLS_NAME="", ALLOWED_HOSTS=["*"])
def test_an_account_that_encrypts_is_connected_over_tls(reader: Client, kwiaty: cast.Company, device: str) -> None:
    kwiaty.tenant.sip_accounts.update(media_encryption="srtp")
    text = page(reader, kwiaty, device).text
    assert "centrala.example:5071" in text or ("centrala.example" in text and "5071" in text)
    assert "TLS" in text
    assert any(word in text for word in ("DTLS", "SRTP", "SDES", "SAVP"))
    assert "tls/authority.pem" in text
    assert "takes only calls" not in text


@override_settings(ALLOWED_HOSTS=["*"])
def test_a_device_that_cannot_encrypt_as_the_account_wants_is_told(reader: Client, kwiaty: cast.Company) -> None:
    kwiaty.tenant.sip_accounts.update(media_encryption="dtls")
    assert "which Yealink does not know" in page(reader, kwiaty, "yealink").text
    assert "does not know" not in page(reader, kwiaty, "linphone").text


def test_a_qr_code_is_drawn_in_the_page_itself(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    form = {"name": "Komórka", "maker": "linphone", "mac": ""}
    answer = signed_in(kwiaty.manager).post(reverse("device_add", args=[account.pk]), form, follow=True)
    assert re.search(r"/tel/[a-z0-9]{24}/linphone\.xml", answer.content.decode())
    (picture,) = re.findall(r"<svg[^>]*segno.*?</svg>", answer.content.decode(), re.DOTALL)
    assert "/tel/" not in picture
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_a_phone_that_sets_itself_up_needs_its_mac(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    client, address = signed_in(kwiaty.manager), reverse("device_add", args=[account.pk])
    wrong = Page(client.post(address, {"name": "Hol", "maker": "yealink", "mac": "80:5e"}, follow=True))
    assert "12 digits and letters" in wrong.text
    assert 'value="80:5e"' in wrong.html
    good = Page(client.post(address, {"name": "Hol", "maker": "yealink", "mac": "80:5e:c0:12:34:56"}, follow=True))
    assert re.search(r"http://testserver/tel/[a-z0-9]{24}/", good.text)
    assert "not reached over HTTPS" in good.text


def test_a_mailed_link_is_used_by_a_button_alone_and_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    form, answers = {"email": "jan@kwiaty.example"}, []
    with override_settings(PUBLIC_URL="https://centrala.example"):
        signed_in(kwiaty.manager).post(reverse("setup_mail", args=[account.pk]), form, follow=True)
    address = reverse("set_up_phone", args=[token_of(SetupLink.objects.get())])
    # Mail scanners open links.
    for _ in range(3):
        answers.append(Client().get(address))
    assert "Sekretariat" in Page(answers[-1]).text
    assert not Device.objects.exists()
    shown = Client().post(address, {"kind": "other"})
    device = Device.objects.get()
    assert device.username in Page(shown).text
    assert shown.headers["Cache-Control"] == "no-store, private"
    for over in (Client().get(address), Client().post(address, {"kind": "linphone"}), Client().get(address + "x")):
        assert over.status_code == 404
        assert "Ten link już nie działa" in Page(over).text
    assert Device.objects.count() == 1


@pytest.mark.parametrize("kind", [device for device in DEVICES if device != "linphone"])
@pytest.mark.parametrize("encryption", ["off", "srtp", "dtls"])
def test_a_mailed_link_shows_the_steps_of_what_was_chosen(kwiaty: cast.Company, kind: str, encryption: str) -> None:
    """With the password and the authentication name of this one device, which each of the others could use as well."""
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat", media_encryption=encryption)
    shown = Client().post(reverse("set_up_phone", args=[token_of(setup_link(account))]), {"kind": kind})
    device = Device.objects.get()
    chosen, *others = re.split("<details", shown.content.decode())
    assert len(others) == len(DEVICES) - 1
    for each in (chosen, *others):
        (password,) = {found for found in re.findall(r"<code[^>]*>([^<]+)</code>", each) if is_of(device, found)}
        assert device.username in each
        assert "kwiaty_100" in each.replace(device.username, "")
        assert ("TLS" in each) == (encryption != "off")
        assert password not in Page(Client().get(reverse("login"))).text
    assert ("does not know" in chosen or "nie zna" in chosen) == (encryption == "dtls" and kind != "other")


def is_of(device: Device, text: str) -> bool:
    return digest_of(device.username, html.unescape(text)) == device.digest


@pytest.mark.parametrize("kind", ["", "fax", "../x", "\0"])
def test_a_kind_that_nobody_knows_gets_the_steps_of_any_device(kwiaty: cast.Company, kind: str) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    shown = Client().post(reverse("set_up_phone", args=[token_of(setup_link(account))]), {"kind": kind})
    assert "<h1>Inny telefon" in shown.content.decode()


def test_a_mailed_link_shows_linphones_picture(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    with override_settings(PUBLIC_URL="https://centrala.example"):
        token = token_of(send_setup_link(kwiaty.manager, account.pk, "jan@kwiaty.example"))
    text = Client().post(reverse("set_up_phone", args=[token]), {"kind": "linphone"}).content.decode()
    assert "<svg" in text
    assert re.search(r"/tel/[a-z0-9]{24}/linphone\.xml", text)
