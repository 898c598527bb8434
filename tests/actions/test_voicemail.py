"""Mailboxes: their settings, their greetings, and the messages in them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from centralka.actions import voicemail as actions
from centralka.actions.account import accounts as sip_accounts
from centralka.actions.account.accounts import add_sip_account, change_sip_account
from centralka.actions.account.blocks import SipAccountInput, current_input
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound
from centralka.actions.voicemail import WRONG_FILE
from centralka.calls.plan import Pin
from centralka.sound.conversion import AudioProblem
from centralka.sound.wav_files import Sound, wav_of, wav_seconds
from centralka.store.models import Greeting, SipAccount, VoicemailAudio, VoicemailMessage
from centralka.store.pins import MOST_WRONG, is_pin, is_right_pin
from tests import cast

START = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
TONE = wav_of(Sound(b"\x00\x10\x00\xf0" * 8_000, 16_000))
"""One second."""
Order = VoicemailMessage.Order


def wanted(**changes: object) -> SipAccountInput:
    given = {"extension": "100", "name": "Sekretariat", "password": cast.SIP_PASSWORD} | changes
    return SipAccountInput(**given)  # type: ignore[arg-type]


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


def message(account: SipAccount, number: int = 0, **fields: object) -> VoicemailMessage:
    made = VoicemailMessage.objects.create(
        **{
            "sip_account": account,
            "node": "node1",
            "msg_id": f"node1/{account.pk}-{number}",
            "received_at": START + timedelta(minutes=number),
            "seconds": 2,
            **fields,
        }
    )
    VoicemailAudio.objects.create(message=made, wav=TONE)
    return made


# -- Settings ----------------------------------------------------------------------------------------------------------


def test_a_new_account_has_no_voicemail(kwiaty: cast.Company) -> None:
    account = add_sip_account(kwiaty.manager, wanted())
    settings = (account.voicemail_enabled, account.voicemail_pin_digest, account.voicemail_email)
    assert settings == (False, "", "")
    assert (account.greeting_on_no_answer, account.greeting_on_busy) == (True, False)


def test_every_setting_counts(kwiaty: cast.Company) -> None:
    account = add_sip_account(
        kwiaty.manager,
        wanted(
            voicemail_enabled=True,
            voicemail_pin="7391",
            voicemail_email=" a@example.pl ",
            greeting_on_no_answer=False,
            greeting_on_busy=True,
        ),
    )
    assert (account.voicemail_enabled, account.voicemail_email) == (True, "a@example.pl")
    assert is_pin("7391", account.voicemail_pin_digest)
    assert (account.greeting_on_no_answer, account.greeting_on_busy) == (False, True)


def test_the_pin_is_kept_as_a_digest_and_not_told(kwiaty: cast.Company) -> None:
    asked = wanted(voicemail_enabled=True, voicemail_pin="7391")
    account = add_sip_account(kwiaty.manager, asked)
    assert "7391" not in account.voicemail_pin_digest
    assert "7391" not in repr(asked)
    assert "voicemail_pin" not in current_input(account)


@pytest.mark.parametrize("pin", ["", "12", "12345678901", "12a", " 123", "123\n", "١٢٣", "-12", "1.5"])
def test_a_pin_has_three_to_ten_digits(kwiaty: cast.Company, pin: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin=pin))
    assert codes(refused) == {"voicemail_pin": ["malformed"]}


@pytest.mark.parametrize("pin", ["111", "000", "1234", "1000", "0123456789"])
def test_simple_pins_are_accepted(kwiaty: cast.Company, pin: str) -> None:
    account = add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin=pin))
    assert is_pin(pin, account.voicemail_pin_digest)


def test_a_mailbox_needs_a_pin_and_keeps_the_one_it_had(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True))
    assert codes(refused) == {"voicemail_pin": ["required"]}
    account = add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin="7391"))
    for on in (False, True):
        account = change_sip_account(kwiaty.manager, account.pk, {"voicemail_enabled": on})
    assert is_pin("7391", account.voicemail_pin_digest)


def test_the_extension_is_no_pin(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin="100"))
    assert codes(refused) == {"voicemail_pin": ["is_extension"]}


def test_nor_does_the_extension_become_the_pin(kwiaty: cast.Company) -> None:
    account = add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin="7391"))
    move = {"extension": "7391", "password": cast.SIP_PASSWORD}
    with pytest.raises(InvalidInput) as refused:
        change_sip_account(kwiaty.manager, account.pk, move)
    assert codes(refused) == {"voicemail_pin": ["is_extension"]}
    change_sip_account(kwiaty.manager, account.pk, move | {"voicemail_enabled": False})
    with pytest.raises(InvalidInput):
        change_sip_account(kwiaty.manager, account.pk, {"voicemail_enabled": True})
    change_sip_account(kwiaty.manager, account.pk, {"voicemail_enabled": True, "voicemail_pin": "1357"})


def test_a_new_pin_opens_a_mailbox_that_wrong_ones_had_closed(kwiaty: cast.Company) -> None:
    account = add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin="7391"))
    for _try in range(MOST_WRONG):
        assert not is_right_pin(account.pk, Pin.MAILBOX, "0000", START)
    assert not is_right_pin(account.pk, Pin.MAILBOX, "7391", START)
    change_sip_account(kwiaty.manager, account.pk, {"name": "Inaczej"})
    assert not is_right_pin(account.pk, Pin.MAILBOX, "7391", START)
    change_sip_account(kwiaty.manager, account.pk, {"voicemail_pin": "7392"})
    assert is_right_pin(account.pk, Pin.MAILBOX, "7392", START)


@pytest.mark.parametrize(
    "email",
    ["x", "a@", "@b.pl", "a b@c.pl", "a@b", "a@b.pl\nBcc: c@d.pl", "a@b.pl, c@d.pl", "a" * 250 + "@b.pl", "a@b\0.pl"],
)
def test_a_wrong_address_is_refused(kwiaty: cast.Company, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_sip_account(kwiaty.manager, wanted(voicemail_email=email))
    assert codes(refused) == {"voicemail_email": ["malformed"]}


def test_messages_need_not_be_mailed(kwiaty: cast.Company) -> None:
    asked = wanted(voicemail_enabled=True, voicemail_pin="7391", voicemail_email="a@example.pl")
    account = add_sip_account(kwiaty.manager, asked)
    assert change_sip_account(kwiaty.manager, account.pk, {"voicemail_email": ""}).voicemail_email == ""


# -- Greetings ---------------------------------------------------------------------------------------------------------


def test_an_uploaded_greeting_is_kept_as_the_engine_likes_it(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    assert actions.greeting(kwiaty.manager, account.pk) is None
    made = actions.set_greeting(kwiaty.manager, account.pk, TONE)
    kept = actions.greeting(kwiaty.manager, account.pk)
    assert kept == made
    assert (kept.source, round(kept.seconds), round(wav_seconds(bytes(kept.wav)))) == ("upload", 1, 1)


def test_a_new_greeting_takes_the_place_of_the_old_one(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    first = actions.set_greeting(kwiaty.manager, account.pk, TONE)
    Greeting.objects.update(source=Greeting.Source.PHONE)
    second = actions.set_greeting(kwiaty.manager, account.pk, TONE)
    assert (first.version != second.version, second.source, Greeting.objects.count()) == (True, "upload", 1)
    actions.remove_greeting(kwiaty.manager, account.pk)
    actions.remove_greeting(kwiaty.manager, account.pk)
    assert actions.greeting(kwiaty.manager, account.pk) is None


@pytest.mark.parametrize(
    "upload, code",
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_audio"),
        (b"OggS" + bytes(100), "wrong_format"),
        (TONE[:3_000], "too_short"),
        (TONE[:20], "broken"),
        (bytes(10 * 1024 * 1024 + 1), "too_big"),
        (wav_of(Sound(bytes(2 * 8_000 * 182), 8_000)), "too_long"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_is_no_greeting_is_refused_and_the_old_one_stays(kwiaty: cast.Company, upload: bytes, code: str) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    old = actions.set_greeting(kwiaty.manager, account.pk, TONE)
    with pytest.raises(InvalidInput) as refused:
        actions.set_greeting(kwiaty.manager, account.pk, upload)
    assert codes(refused) == {"file": [code]}
    assert Greeting.objects.get().version == old.version


@pytest.mark.parametrize("problem", list(AudioProblem))
def test_every_problem_of_a_file_is_said_in_both_languages(problem: AudioProblem) -> None:
    said = set()
    for language in ("pl", "en"):
        with translation.override(language):
            said.add(str(WRONG_FILE[problem]))
    assert len(said) == 2


# -- Messages ----------------------------------------------------------------------------------------------------------


def test_unheard_messages_come_first_then_the_newest(kwiaty: cast.Company) -> None:
    account, other = cast.phone(kwiaty.tenant, "100"), cast.phone(kwiaty.tenant, "101")
    old, new = message(account, 1), message(other, 2)
    heard = message(account, 3, heard=True)
    message(account, 4, deleted_at=START)
    assert list(actions.messages(kwiaty.manager)) == [new, old, heard]
    assert list(actions.messages(kwiaty.manager, sip_account=account.pk)) == [old, heard]
    assert actions.unheard_count(kwiaty.manager) == 2
    for nowhere in (0, -1, 2**63, 10**30):
        assert not actions.messages(kwiaty.manager, sip_account=nowhere).exists()


def test_the_recording_is_given_as_it_is(kwiaty: cast.Company) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"))
    assert actions.message_audio(kwiaty.manager, made.pk) == TONE


@pytest.mark.parametrize("heard, order", [(True, Order.HEARD), (False, Order.UNHEARD)])
def test_what_is_marked_counts_at_once_and_is_told_to_the_engine(
    kwiaty: cast.Company, heard: bool, order: Order
) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"), heard=not heard)
    actions.mark_heard(kwiaty.manager, made.pk, heard)
    made.refresh_from_db()
    assert (made.heard, made.order) == (heard, order)


@pytest.mark.parametrize("heard", [True, False])
def test_what_is_so_already_is_told_to_nobody(kwiaty: cast.Company, heard: bool) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"), heard=heard)
    actions.mark_heard(kwiaty.manager, made.pk, heard)
    made.refresh_from_db()
    assert (made.heard, made.order) == (heard, Order.NOTHING)


def test_the_last_word_counts(kwiaty: cast.Company) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"))
    for heard in (True, False, True, False):
        actions.mark_heard(kwiaty.manager, made.pk, heard)
    made.refresh_from_db()
    assert (made.heard, made.order) == (False, Order.UNHEARD)


def test_a_deleted_message_is_gone_for_people_and_ordered_for_the_engine(kwiaty: cast.Company) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"))
    actions.delete_message(kwiaty.manager, made.pk)
    made.refresh_from_db()
    assert (made.order, made.deleted_at is not None) == (Order.DELETE, True)
    assert actions.unheard_count(kwiaty.manager) == 0
    for act in (actions.message, actions.message_audio, actions.mark_heard, actions.delete_message):
        with pytest.raises(NotFound):
            act(kwiaty.manager, made.pk)


_ON_MESSAGE: list[Callable[[Actor, int], object]] = [
    actions.message,
    actions.message_audio,
    actions.mark_heard,
    actions.delete_message,
]
_ON_ACCOUNT: list[Callable[[Actor, int], object]] = [
    actions.greeting,
    lambda actor, account_id: actions.set_greeting(actor, account_id, TONE),
    actions.remove_greeting,
]


@pytest.mark.parametrize("act", _ON_MESSAGE)
def test_a_strangers_message_does_not_exist(
    kwiaty: cast.Company, ksiegi: cast.Company, act: Callable[[Actor, int], object]
) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"))
    for actor, where in [(ksiegi.owner, made.pk), (kwiaty.owner, 2**62), (kwiaty.owner, 10**30)]:
        with pytest.raises(NotFound):
            act(actor, where)
    made.refresh_from_db()
    assert (made.heard, made.order, made.deleted_at) == (False, "", None)
    assert not actions.messages(ksiegi.owner, sip_account=made.sip_account_id).exists()


@pytest.mark.parametrize("act", _ON_ACCOUNT)
def test_a_strangers_greeting_does_not_exist(
    kwiaty: cast.Company, ksiegi: cast.Company, act: Callable[[Actor, int], object]
) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    actions.set_greeting(kwiaty.manager, account.pk, TONE)
    for actor, where in [(ksiegi.owner, account.pk), (kwiaty.owner, 2**62), (kwiaty.owner, 10**30)]:
        with pytest.raises(NotFound):
            act(actor, where)
    assert Greeting.objects.count() == 1


@pytest.mark.parametrize("act", [*_ON_MESSAGE, *_ON_ACCOUNT])
def test_readers_have_no_access(kwiaty: cast.Company, act: Callable[[Actor, int], object]) -> None:
    made = message(cast.phone(kwiaty.tenant, "100"))
    with pytest.raises(NotAllowed):
        act(kwiaty.reader, made.pk)
    for ask in (actions.messages, actions.unheard_count):
        with pytest.raises(NotAllowed):
            ask(kwiaty.reader)


def test_an_account_that_is_deleted_takes_its_mailbox_along(kwiaty: cast.Company) -> None:
    account = add_sip_account(kwiaty.manager, wanted(voicemail_enabled=True, voicemail_pin="7391"))
    message(account)
    actions.set_greeting(kwiaty.manager, account.pk, TONE)
    sip_accounts.delete_sip_account(kwiaty.manager, account.pk)
    assert not VoicemailMessage.objects.exists()
    assert not VoicemailAudio.objects.exists()
    assert not Greeting.objects.exists()
