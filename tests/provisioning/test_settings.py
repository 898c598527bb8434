"""A desk phone asks for its settings: what it gets, once, and who gets nothing."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centralka.actions.account import devices as actions
from centralka.actions.account.passwords import digest_of
from centralka.actions.errors import InvalidInput
from centralka.actions.phone_settings import FETCHES_KEPT
from centralka.provisioning import views
from centralka.provisioning.patience import Patience
from centralka.store.models import Device, SettingsFetch, SipAccount
from tests import cast

MAC = "805ec0123456"
PHONES = {
    "yealink": (f"{MAC}.cfg", "Yealink SIP-T54W 96.86.0.100 80:5e:c0:12:34:56"),
    "grandstream": (f"cfg{MAC}.xml", f"Grandstream Model HW GXP2170 SW 1.0.11.35 DevId {MAC}"),
    "snom": (f"snomD785-{MAC.upper()}.htm", "Mozilla/4.0 (compatible; snomD785-SIP 10.1.175.16)"),
    "fanvil": (f"{MAC}.cfg", f"Fanvil X6U 2.12.1.3 {MAC}"),
}
FILE, AGENT = PHONES["yealink"]


@pytest.fixture(autouse=True)
def _nobody_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("guessed", "refused"):
        monkeypatch.setattr(views, name, Patience(most=1000, seconds=600, senders=10))


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat", voicemail_enabled=True)
    cast.phone(kwiaty.tenant, "101", 'Zły\naccount.1.password = "x" </Title> & %NULL%')
    return account


def added(kwiaty: cast.Company, account: SipAccount, maker: str = "yealink") -> tuple[Device, str]:
    return actions.add_phone(kwiaty.manager, account.pk, "Hol", maker, "80:5E:C0:12:34:56")


def asks(token: str, file: str = FILE, agent: str = AGENT, **more: str) -> tuple[int, str]:
    answer = Client().get(f"/tel/{token}/{file}", headers={"user-agent": agent}, **more)  # type: ignore[arg-type]
    return answer.status_code, answer.content.decode()


def in_lines(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(" = " in line for line in lines)
    pairs = [line.split(" = ", 1) for line in lines]
    assert len({name for name, _value in pairs}) == len(pairs), "a value adds a line"
    return dict(pairs)


def believed(username: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ha1 FROM edge_device WHERE login = %s", [username])
        return str(cursor.fetchone()[0])


def test_yealinks_file_says_what_the_phone_needs(kwiaty: cast.Company, account: SipAccount) -> None:
    device, token = added(kwiaty, account)
    status, text = asks(token)
    assert status == 200
    assert text.startswith("#!version:1.0.0.1\n")
    told = in_lines(text)
    assert (told["account.1.user_name"], told["account.1.auth_name"]) == ("kwiaty_100", device.username)
    assert believed(device.username) == digest_of(device.username, told["account.1.password"])
    assert (told["voice_mail.number.1"], told["lang.gui"]) == ("*98", "Polish")
    assert told["account.1.srtp_encryption"] == "0"
    assert told["linekey.2.value"] == "101"
    # The colleague's name is one value, and sets nothing.
    assert told["linekey.2.label"] == 'Zły account.1.password = "x" </Title> & NULL'


@pytest.mark.parametrize("maker", [name for name in PHONES if name != "yealink"])
def test_a_file_in_xml_holds_whatever_people_are_called(kwiaty: cast.Company, account: SipAccount, maker: str) -> None:
    device, token = added(kwiaty, account, maker)
    status, text = asks(token, *PHONES[maker])
    assert status == 200
    texts = [part.text or "" for part in ElementTree.fromstring(text).iter()]
    assert {"kwiaty_100", device.username} <= set(texts)
    labels = texts + [value for part in ElementTree.fromstring(text).iter() for value in part.attrib.values()]
    assert 'Zły account.1.password = "x" </Title> & NULL' in labels
    password = {"grandstream": ".//P34", "snom": ".//user_pass", "fanvil": ".//RegisterPswd"}[maker]
    found = ElementTree.fromstring(text).find(password)
    assert found is not None
    assert believed(device.username) == digest_of(device.username, found.text or "")


def test_the_password_is_given_once_and_again_only_when_it_is_issued_again(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    device, token = added(kwiaty, account)
    first = in_lines(asks(token)[1])["account.1.password"]
    later = in_lines(asks(token)[1])
    assert "account.1.password" not in later
    assert later["account.1.auth_name"] == device.username
    assert believed(device.username) == digest_of(device.username, first)
    again = actions.issue_again(kwiaty.manager, account.pk, device.pk)
    assert asks(token) == (404, "")
    # Good until the new one is fetched.
    assert believed(device.username) == digest_of(device.username, first)
    second = in_lines(asks(again)[1])["account.1.password"]
    assert second != first
    assert believed(device.username) == digest_of(device.username, second)
    answers = set(SettingsFetch.objects.values_list("answer", flat=True))
    assert answers == {"password", "known", "old"}


def test_nobody_else_gets_anything_and_all_hear_the_same(kwiaty: cast.Company, account: SipAccount) -> None:
    device, token = added(kwiaty, account)
    wrong = {
        "file": [("805ec0999999.cfg", AGENT), ("../../etc/passwd", AGENT), ("%2e%2e/805ec0123456.cfg", AGENT),
                 (f"{MAC}.cfg/x", AGENT), (f"{MAC}.cfg%0a", AGENT), (f"cfg{MAC}.xml", AGENT),
                 ("y000000000000.cfg", AGENT), (f"{MAC}%00.cfg", AGENT), ("", AGENT), ("x" * 3000, AGENT)],
        "maker": [(FILE, "Mozilla/5.0 (X11; Linux) Firefox/140"), (FILE, ""), (FILE, "Fanvil X6U")],
        "mac": [(FILE, "Yealink SIP-T54W 96.86.0.100 80:5e:c0:99:99:99")],
    }  # fmt: skip
    for answer, tries in wrong.items():
        for file, agent in tries:
            assert asks(token, file, agent) == (404, "")
        assert set(device.fetches.values_list("answer", flat=True)) == {answer}
        device.fetches.all().delete()
    for stranger in ("a" * 24, "x", "a" * 5000, "%00", "ą"):
        assert asks(stranger) == (404, "")
    assert not SettingsFetch.objects.exists()
    # None of them used the password up.
    assert "account.1.password" in in_lines(asks(token)[1])


def test_a_device_that_was_signed_out_is_refused(kwiaty: cast.Company, account: SipAccount) -> None:
    device, token = added(kwiaty, account)
    actions.sign_out(kwiaty.manager, account.pk, device.pk)
    assert asks(token) == (404, "")
    assert device.fetches.get().answer == "old"


def test_an_account_that_encrypts_is_set_up_with_tls_and_sdes(
    kwiaty: cast.Company, account: SipAccount, settings: LazySettings
) -> None:
    SipAccount.objects.filter(pk=account.pk).update(media_encryption="srtp")
    _device, token = added(kwiaty, account)
    told = in_lines(asks(token)[1])
    transport, srtp = told["account.1.sip_server.1.transport_type"], told["account.1.srtp_encryption"]
    assert (transport, srtp, told["account.1.sip_server.1.port"]) == ("2", "2", str(settings.TLS_PORT))


def test_what_cannot_be_a_desk_phone_is_refused_beside_its_field(kwiaty: cast.Company, account: SipAccount) -> None:
    added(kwiaty, account)
    other = cast.phone(kwiaty.tenant, "102", media_encryption="dtls")

    def refusal(of: SipAccount, maker: str, mac: str) -> dict[str, list[str]]:
        with pytest.raises(InvalidInput) as refused:
            actions.add_phone(kwiaty.manager, of.pk, "Inny", maker, mac)
        return {name: [one.code for one in found] for name, found in refused.value.problems.items()}

    assert refusal(account, "cisco", "805ec0123457") == {"maker": ["unknown"]}
    assert refusal(other, "yealink", "805ec0123457") == {"maker": ["needs_sdes"]}
    assert refusal(account, "yealink", "805EC0-123456") == {"mac": ["taken"]}
    for mac in ("", "805ec012345", "805ec01234567", "805ec012345g", "80 5ec0123456 x"):
        assert refusal(account, "yealink", mac) == {"mac": ["bad_mac"]}


def test_a_flood_leaves_few_rows_and_is_refused_unread(
    kwiaty: cast.Company, account: SipAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, token = added(kwiaty, account)
    for number in range(FETCHES_KEPT + 20):
        asks(token, f"{number}.cfg")
    for _ in range(5):
        asks(token, "once-more.cfg")
    assert device.fetches.count() == FETCHES_KEPT
    assert device.fetches.get(file="once-more.cfg").times == 5
    now = [0.0]
    patience = Patience(most=30, seconds=600, senders=2, clock=lambda: now[0])
    monkeypatch.setattr(views, "refused", patience)
    for _ in range(200):
        assert asks(token, "other.cfg") == (404, "")
    assert device.fetches.get(file="other.cfg").times == 30
    assert asks(token) == (404, "")
    # The office's other phones come from the same address.
    _device, other = actions.add_phone(kwiaty.manager, account.pk, "Sala", "yealink", "805ec0654321")
    assert asks(other, "805ec0654321.cfg", "Yealink SIP-T54W")[0] == 200
    now[0] = 601
    assert asks(token)[0] == 200


def test_who_guesses_addresses_is_refused_unread(
    kwiaty: cast.Company, account: SipAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    _device, token = added(kwiaty, account)
    monkeypatch.setattr(views, "guessed", Patience(most=30, seconds=600, senders=2))
    for number in range(30):
        assert asks(f"{number:024}") == (404, "")
    assert asks(token) == (404, "")
    assert asks(token, REMOTE_ADDR="203.0.113.9")[0] == 200


def test_ten_thousand_requests_of_a_stranger_reach_the_database_three_hundred_times(
    kwiaty: cast.Company, account: SipAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By any name, traversals among them; nothing of them is kept, and the phone gets its settings all the same."""
    _device, token = added(kwiaty, account)
    monkeypatch.setattr(views, "guessed", Patience(most=300, seconds=600, senders=10))
    requests = RequestFactory(headers={"user-agent": AGENT})
    names = ["../../etc/passwd", "..%2f..%2fetc/passwd", f"{MAC}.cfg", "%00", "a\\..\\b"]
    with CaptureQueriesContext(connection) as asked:
        for number in range(10_000):
            name = names[number % len(names)]
            request = requests.get("/tel/", REMOTE_ADDR="203.0.113.66")
            assert views.settings_file(request, f"{number:024}", name).status_code == 404
    assert 0 < len(asked) <= 300 * 4  # the look, in a transaction
    assert not SettingsFetch.objects.exists()
    assert "account.1.password" in in_lines(asks(token)[1])


def test_patience_forgets_the_oldest_sender() -> None:
    patience = Patience(most=1, seconds=600, senders=2)
    for sender in ("a", "b", "c"):
        patience.count(sender)
    assert [patience.is_over(sender) for sender in ("a", "b", "c")] == [False, True, True]


def test_over_https_alone_where_the_installation_has_it(
    kwiaty: cast.Company, account: SipAccount, settings: LazySettings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    _device, token = added(kwiaty, account)
    assert asks(token) == (404, "")
    answer = Client().get(f"/tel/{token}/{FILE}", headers={"user-agent": AGENT}, secure=True)
    assert answer.status_code == 200
    assert re.search("no-store", answer.headers["Cache-Control"])


# -- Linphone: a link, once ------------------------------------------------------------------------------------------

APP = "LinphoneAndroid/6.0.4 (Pixel 7) LinphoneSDK/5.4.0"


def app(kwiaty: cast.Company, account: SipAccount, now: datetime | None = None) -> tuple[Device, str]:
    return actions.add_app(kwiaty.manager, account.pk, "Komórka", "linphone", now or timezone.now())


def entries(text: str) -> dict[str, str]:
    root = ElementTree.fromstring(text)
    return {
        f"{section.attrib['name']}.{entry.attrib['name']}": entry.text or "" for section in root for entry in section
    }


@pytest.mark.parametrize(("encryption", "transport", "avpf"), [("off", "tcp", "0"), ("dtls", "tls", "1")])
def test_linphone_is_told_all_but_the_password(
    kwiaty: cast.Company, account: SipAccount, encryption: str, transport: str, avpf: str
) -> None:
    SipAccount.objects.filter(pk=account.pk).update(media_encryption=encryption, name='Ala "A" \\ <sip:x@y>')
    device, token = app(kwiaty, account)
    status, text = asks(token, "linphone.xml", APP)
    assert status == 200
    told = entries(text)
    assert believed(device.username) == told["auth_info_0.ha1"]
    assert (told["auth_info_0.username"], told["auth_info_0.userid"]) == ("kwiaty_100", device.username)
    assert told["proxy_0.reg_proxy"].endswith(f";transport={transport}>")
    assert (told["proxy_0.avpf"], told["sip.media_encryption_mandatory"]) == (avpf, avpf)
    assert told["proxy_0.reg_identity"].startswith('"Ala \\"A\\" \\\\ <sip:x@y>" <sip:kwiaty_100@')


def test_its_link_is_good_once_and_for_an_hour(kwiaty: cast.Company, account: SipAccount) -> None:
    device, token = app(kwiaty, account)
    assert asks(token, "linphone.xml", "Mozilla/5.0 (X11; Linux) Firefox/140") == (404, "")
    assert asks(token, "other.xml", APP) == (404, "")
    assert asks(token, "linphone.xml", APP)[0] == 200
    digest = believed(device.username)
    assert asks(token, "linphone.xml", APP) == (404, "")
    assert believed(device.username) == digest
    again = actions.issue_again(kwiaty.manager, account.pk, device.pk)
    Device.objects.update(settings_until=timezone.now() - timedelta(seconds=1))
    assert asks(again, "linphone.xml", APP) == (404, "")
    assert asks(token, "linphone.xml", APP) == (404, "")
    assert set(device.fetches.values_list("answer", flat=True)) == {
        "maker", "file", "password", "taken", "expired", "old",
    }  # fmt: skip
