"""Settings from the environment: what is wrong is told in one sentence, and a password never is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import centralka
from centralka.environment import (
    MailServer,
    WrongSetting,
    certificate,
    certificate_authority,
    inner_address,
    mail_address,
    mail_server,
    number,
    one_of,
    secret,
    web_address,
)

NAME = "CENTRALKA_X"
SOURCE = Path(centralka.__file__).parent
READS_SETTINGS = {
    "environment.py",
    "settings.py",
    "switch/handover.py",  # what the start tells the switchboard, anew at each start
    "engine/fetching.py",  # renderers of prompts need the engine too, without Django's settings
    "edge/fetching.py",  # as the engine's
    "backups/restoring.py",  # whether the secret key is a setting or a file: settings.py has one in either case
}
ONLY_HANDS_ON = {
    "cli/__init__.py",
    "asgi.py",
    "supervisor.py",
    "forked.py",
    "debian/apt.py",
    "switch/database.py",
    "backups/databases.py",
    "installing/installing.py",
}
"""They name settings of Django itself, or hand the whole environment on to another program."""


@pytest.mark.parametrize(
    "url, server",
    [
        ("smtp://mail.kwiaty.example", MailServer("mail.kwiaty.example", 25)),
        ("smtp://127.0.0.1:1025/", MailServer("127.0.0.1", 1025)),
        ("smtp://[::1]:1025", MailServer("::1", 1025)),
        ("smtp://a:b@mail.kwiaty.example", MailServer("mail.kwiaty.example", 587, "a", "b")),
        ("smtps://a:b@mail.kwiaty.example", MailServer("mail.kwiaty.example", 465, "a", "b", tls=True)),
        ("smtps://mail.kwiaty.example:4650", MailServer("mail.kwiaty.example", 4650, tls=True)),
        (
            "smtp://centrala%40kwiaty.example:p%2F%40%3A%25@mail.kwiaty.example?starttls=required",
            MailServer("mail.kwiaty.example", 587, "centrala@kwiaty.example", "p/@:%", starttls_required=True),
        ),
    ],
)
def test_a_mail_server_is_an_address(monkeypatch: pytest.MonkeyPatch, url: str, server: MailServer) -> None:
    monkeypatch.setenv(NAME, url)
    assert mail_server(NAME) == server


def test_without_an_address_there_is_no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "")
    assert mail_server(NAME) is None


@pytest.mark.parametrize(
    "url",
    [
        "mail.kwiaty.example",
        "http://mail.kwiaty.example",
        "smtp://",
        "smtp://:25",
        "smtp://a@mail.kwiaty.example",
        "smtp://:secret@mail.kwiaty.example",
        "smtp://a:secret@mail.kwiaty.example:99999",
        "smtp://a:secret@mail.kwiaty.example:port",
        "smtp://a:secret/more@mail.kwiaty.example",
        "smtp://a:secret#more@mail.kwiaty.example",
        "smtp://a:secret?more@mail.kwiaty.example",
        "smtp://a:secret@mail.kwiaty.example/inbox",
        "smtp://a:secret@mail.kwiaty.example?starttls=no",
        "smtp://a:secret@mail.kwiaty.example?starttls",
        "smtp://a:secret@mail.kwiaty.example?tls=1",
        "smtps://a:secret@mail.kwiaty.example?starttls=required",
        "smtp://mail..example",
        "smtp://[::1",
    ],
)
def test_a_wrong_mail_server_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(NAME, url)
    with pytest.raises(WrongSetting, match="CENTRALKA_X needs smtp://") as refused:
        mail_server(NAME)
    assert "secret" not in str(refused.value)


def test_a_password_is_not_shown_with_the_rest() -> None:
    assert "secret" not in repr(MailServer("mail.kwiaty.example", 587, "a", "secret"))


@pytest.mark.parametrize("address", ["centrala@kwiaty.example", "Kwiaciarnia <centrala@kwiaty.example>", "a@host_1"])
def test_a_sender_can_have_a_name(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(NAME, address)
    assert mail_address(NAME, "") == address


@pytest.mark.parametrize("address", ["kwiaty", "@kwiaty.example", "a@", "a b@c", "a@b\nBcc: c@d", "ż@kwiaty.example"])
def test_a_sender_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(NAME, address)
    with pytest.raises(WrongSetting, match="needs a mail address"):
        mail_address(NAME, "")


def test_one_of_a_few_words_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert one_of(NAME, "all", "engine") == "all"
    monkeypatch.setenv(NAME, "engine")
    assert one_of(NAME, "all", "engine") == "engine"
    monkeypatch.setenv(NAME, "edge")
    with pytest.raises(WrongSetting, match="CENTRALKA_X is 'edge'; it has to be all or engine"):
        one_of(NAME, "all", "engine")


@pytest.mark.parametrize("address", ["0.0.0.0", "10.0.0", "centrala.example", "::1"])
def test_an_inner_address_is_one_that_others_can_send_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(NAME, "10.0.0.10")
    assert inner_address(NAME, "127.0.0.1") == "10.0.0.10"
    monkeypatch.setenv(NAME, address)
    with pytest.raises(WrongSetting, match="CENTRALKA_X needs one address of this machine"):
        inner_address(NAME, "127.0.0.1")


def test_the_panels_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "https://centrala.kwiaty.example/")
    assert web_address(NAME) == "https://centrala.kwiaty.example"
    monkeypatch.delenv(NAME)
    assert web_address(NAME) == ""


@pytest.mark.parametrize("address", ["centrala.kwiaty.example", "ftp://kwiaty.example", "https://", "https://a b"])
def test_a_wrong_panel_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(NAME, address)
    with pytest.raises(WrongSetting, match="needs an https://"):
        web_address(NAME)


def certificate_of(monkeypatch: pytest.MonkeyPatch, file: str, name: str) -> tuple[Path | None, str]:
    monkeypatch.setenv("PEM", file)
    monkeypatch.setenv("NAME", name)
    return certificate("PEM", "NAME")


@pytest.mark.parametrize("name", ["sip.example.com", "192.0.2.7", "2001:db8::7", "pbx"])
def test_a_certificate_is_a_file_and_the_name_that_it_is_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert certificate_of(monkeypatch, "/etc/tls.pem", name) == (Path("/etc/tls.pem"), name)
    assert certificate_of(monkeypatch, "", name) == (None, name)
    assert certificate_of(monkeypatch, "", "") == (None, "")


@pytest.mark.parametrize(
    "file, name, named",
    [
        ("tls.pem", "sip.example.com", "PEM needs the absolute path"),
        ("/etc/tls.pem", "", "PEM needs NAME"),
        ("/etc/tls.pem", "https://sip.example.com", "NAME needs a name"),
        ("", "sip example", "NAME needs a name"),
        ("", "a,b", "NAME needs a name"),
        ("", "*.example.com", "NAME needs a name"),
    ],
)
def test_a_wrong_certificate_is_refused_with_the_name_of_the_setting(
    monkeypatch: pytest.MonkeyPatch, file: str, name: str, named: str
) -> None:
    with pytest.raises(WrongSetting, match=named):
        certificate_of(monkeypatch, file, name)


LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"


def authority_of(monkeypatch: pytest.MonkeyPatch, given: str, host: str, pem: Path | None = None) -> str:
    monkeypatch.setenv(NAME, given)
    return certificate_authority(NAME, host, pem)


@pytest.mark.parametrize(
    "given, directory",
    [
        ("letsencrypt", LETS_ENCRYPT),
        (" letsencrypt ", LETS_ENCRYPT),
        ("https://ca.kwiaty.example:14000/dir", "https://ca.kwiaty.example:14000/dir"),
    ],
)
def test_an_authority_is_a_name_or_an_address(monkeypatch: pytest.MonkeyPatch, given: str, directory: str) -> None:
    assert authority_of(monkeypatch, given, "Sip.kwiaty.example") == directory
    assert authority_of(monkeypatch, "", "") == ""


@pytest.mark.parametrize("given", ["on", "http://ca.kwiaty.example/dir", "https://", "letsencrypt please", "LE"])
def test_another_authority_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    with pytest.raises(WrongSetting, match="CENTRALKA_X needs letsencrypt or"):
        authority_of(monkeypatch, given, "sip.kwiaty.example")


@pytest.mark.parametrize(
    "host", ["", "pbx", "192.0.2.7", "2001:db8::7", "*.kwiaty.example", "a..example", "-a.example", "a.example.", "a.7"]
)
def test_an_authority_needs_a_name_by_which_it_reaches_us(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(WrongSetting, match="CENTRALKA_X needs CENTRALKA_TLS_NAME, too"):
        authority_of(monkeypatch, "letsencrypt", host)


def test_a_certificate_is_obtained_or_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongSetting, match="CENTRALKA_X and CENTRALKA_TLS_PEM exclude each other"):
        authority_of(monkeypatch, "letsencrypt", "sip.kwiaty.example", Path("/etc/tls.pem"))


def test_a_process_with_a_wrong_setting_ends_with_one_sentence(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CENTRALKA_HOME": str(tmp_path),
        "CENTRALKA_SMTP_URL": "smtp://a:secret@h:x",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "centralka", "worker"], env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("centralka: CENTRALKA_SMTP_URL needs smtp://")
    assert "secret" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("given", ["89", "1801", "-90", "ninety"])
def test_a_number_outside_its_limits_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(WrongSetting, match=NAME):
        number(NAME, 300, least=90, most=1800)


@pytest.mark.parametrize(("given", "means"), [("90", 90), ("1800", 1800), ("", 300)])
def test_a_number_within_its_limits_is_taken(monkeypatch: pytest.MonkeyPatch, given: str, means: int) -> None:
    monkeypatch.setenv(NAME, given)
    assert number(NAME, 300, least=90, most=1800) == means


def test_settings_are_read_where_they_are_looked_for() -> None:
    reads = re.compile(
        r"os\.environ|os\.getenv|^from .*environment import (?:\([^)]*|.*)\b(?:text|number|flag|names)\b", re.MULTILINE
    )
    found = {str(file.relative_to(SOURCE)) for file in SOURCE.rglob("*.py") if reads.search(file.read_text())}
    assert found == READS_SETTINGS | ONLY_HANDS_ON


def test_a_secret_is_long_enough_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " 0123456789abcdef\n")
    assert secret(NAME) == "0123456789abcdef"
    monkeypatch.setenv(NAME, "")
    assert secret(NAME) == ""


@pytest.mark.parametrize("given", ["0123456789abcde", "zażółć gęślą jaźń!", "with a blank in it"])
def test_a_secret_that_can_be_guessed_or_sent_by_nobody_is_refused_and_not_told(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(WrongSetting) as refused:
        secret(NAME)
    assert given not in str(refused.value)
