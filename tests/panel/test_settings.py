"""Ustawienia firmy."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import Settings

from centralka.environment import MailServer
from centralka.sound.conversion import MAX_BYTES, Greeting, greeting_wav
from centralka.sound.wav_files import Sound, wav_of
from centralka.store.models import Person
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes


def test_a_manager_changes_name_and_language(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get("/ustawienia/")).form
    assert (form["name"], form["language"]) == ("Kwiaciarnia Alicja", "pl")
    page = Page(client.post("/ustawienia/", form | {"name": "Kwiaty sp. z o.o.", "language": "en"}, follow=True))
    assert "Ustawienia firmy zostały zapisane." in page.text
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.name, kwiaty.tenant.language, kwiaty.tenant.slug) == ("Kwiaty sp. z o.o.", "en", "kwiaty")


def test_what_is_wrong_is_told_at_once_and_nothing_is_saved(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    page = Page(client.post("/ustawienia/", {"name": " ", "language": "de"}))
    assert page.beside("name")
    assert page.beside("language")
    page = Page(client.post("/ustawienia/", {"name": "Inna", "language": "de"}))
    assert "Kwiaciarnia Alicja" in page.text  # in the menu, where the name is
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.name == "Kwiaciarnia Alicja"


def test_a_manager_says_where_and_for_how_much_accounts_call(kwiaty: cast.Company, signed_in: SignIn) -> None:
    cast.phone(kwiaty.tenant, "100")
    cast.phone(kwiaty.tenant, "101", international="world", max_rate=Decimal(5))
    client = signed_in(kwiaty.manager, "pl")
    page = Page(client.get("/ustawienia/zewnetrzne"))
    assert (page.form["international"], page.form["max_rate"]) == ("national", "1,00")
    assert page.text.count("Stosuje to 1 konto.") == 2
    assert "Numery o podwyższonej opłacie Zablokowane" in page.text
    saved = Page(
        client.post("/ustawienia/zewnetrzne", page.form | {"international": "eea", "max_rate": "0,2575"}, follow=True)
    )
    assert "Zapisano." in saved.text
    assert saved.form["max_rate"] == "0,2575"
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.international, kwiaty.tenant.max_rate) == ("eea", Decimal("0.2575"))


def test_a_wrong_permission_stands_beside_its_field_and_nothing_is_saved(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    page = Page(client.post("/ustawienia/zewnetrzne", {"international": "mars", "max_rate": "1000,01"}))
    assert page.beside("international")
    assert page.beside("max_rate") == "Give at most 1000."
    page = Page(client.post("/ustawienia/zewnetrzne", {"international": "world", "max_rate": "1000,01"}))
    assert page.form["max_rate"] == "1000,01"
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.international, kwiaty.tenant.max_rate) == ("national", Decimal(1))


def test_the_operator_is_warned_that_no_mail_server_is_set(olga: Person, signed_in: SignIn, settings: Settings) -> None:
    client = signed_in(olga, "pl")
    for url in ("/firmy/", "/instalacja/"):
        settings.SMTP = None
        assert "Ustaw CENTRALKA_SMTP_URL" in Page(client.get(url)).text, url
        settings.SMTP = MailServer("mail.kwiaty.example", 25)
        assert "CENTRALKA_SMTP_URL" not in Page(client.get(url)).text, url


# -- During calls ----------------------------------------------------------------------------------------------------

TALKS = "/ustawienia/rozmowy"
TONE = wav_of(Sound(b"\x00\x10\x00\xf0" * 8_000, 16_000))


def a_file(content: bytes, name: str = "muzyka.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_silence_on_hold_is_chosen(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get(TALKS)).form
    assert form["hold_sound"] == "bundled"
    assert "Zapisano." in Page(client.post(TALKS, form | {"hold_sound": "silence"}, follow=True)).text
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.hold_sound == "silence"


def test_a_file_is_used_at_once_and_can_be_heard_and_removed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get(TALKS)).form
    page = Page(client.post(TALKS, form | {"file": a_file(TONE)}, follow=True))
    assert page.form["hold_sound"] == "own"
    assert "Własny plik: wgrany" in page.text
    assert client.get(f"{TALKS}/muzyka.wav").headers["Content-Type"] == "audio/wav"
    assert "Usunąć własną muzykę na zawieszeniu?" in Page(client.get(f"{TALKS}/muzyka/usun")).text
    after = say_yes(client, f"{TALKS}/muzyka/usun")
    assert "Plik został usunięty." in after.text
    assert after.form["hold_sound"] == "bundled"


def test_a_file_is_converted_before_anybody_has_to_wait(
    kwiaty: cast.Company, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, outside = [], len(connection.savepoint_ids)

    def convert(upload: bytes) -> Greeting:
        steps.append(len(connection.savepoint_ids))
        return greeting_wav(upload)

    monkeypatch.setattr("centralka.actions.checks.sounds.greeting_wav", convert)
    client = signed_in(kwiaty.manager)
    client.post(TALKS, Page(client.get(TALKS)).form | {"file": a_file(TONE)})
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.hold_sound == "own"
    assert steps == [outside], "in a transaction of the page"


def test_what_is_wrong_with_the_music_stands_beside_it(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get(TALKS)).form
    page = Page(client.post(TALKS, form | {"file": a_file(b"to nie jest muzyka")}))
    assert page.beside("file") == "To nie jest plik dźwiękowy. Wybierz plik WAV albo MP3."
    page = Page(client.post(TALKS, {"hold_sound": "own", "longest_call": "240"}))
    assert page.beside("hold_sound") == "Nie ma jeszcze własnego pliku: najpierw go wgraj."
    assert page.form["hold_sound"] == "own", "what was chosen stays"
    page = Page(client.post(TALKS, form | {"file": a_file(bytes(MAX_BYTES + 1))}))
    assert page.beside("file") == "Plik jest większy niż 10 MB."
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.hold_sound == "bundled"


def test_the_longest_call_is_set_in_minutes(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get(TALKS)).form
    assert form["longest_call"] == "240"
    assert Page(client.post(TALKS, form | {"longest_call": "90"}, follow=True)).form["longest_call"] == "90"
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.longest_call, kwiaty.tenant.hold_sound) == (5400, "bundled")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Podaj, ile minut, np. 240."),
        ("4 h", "Podaj pełną liczbę minut, np. 240."),
        ("0", "Połączenie może trwać od 1 minuty do 24 godzin, w pełnych minutach."),
        ("1441", "Połączenie może trwać od 1 minuty do 24 godzin, w pełnych minutach."),
        ("9" * 30, "Połączenie może trwać od 1 minuty do 24 godzin, w pełnych minutach."),
    ],
)
def test_a_wrong_length_is_told_beside_it_and_stays_typed(
    kwiaty: cast.Company, signed_in: SignIn, typed: str, told: str
) -> None:
    client = signed_in(kwiaty.manager, "pl")
    page = Page(client.post(TALKS, {"hold_sound": "silence", "longest_call": typed}))
    assert page.beside("longest_call") == told
    assert (page.form["longest_call"], page.form["hold_sound"]) == (typed, "silence")
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.longest_call, kwiaty.tenant.hold_sound) == (14400, "bundled")
