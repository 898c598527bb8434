"""Messages and greetings over the API."""

import pytest

from centralka.sound.wav_files import Sound, wav_of, wav_seconds
from centralka.store.models import Greeting, SipAccount, VoicemailMessage
from tests import cast
from tests.api.client import Answer, Api, form_with_file
from tests.api.conftest import greeting, message

TONE = wav_of(Sound(b"\x00\x10\x00\xf0" * 8_000, 16_000))


def upload(api: Api, account: SipAccount, content: bytes, field: str = "file") -> Answer:
    form, content_type = form_with_file(content, field)
    return api.send("PUT", f"sip-accounts/{account.pk}/greeting", form, content_type=content_type)


# -- Messages ----------------------------------------------------------------------------------------------------------


def test_a_message_says_who_called_when_and_how_long(manager: Api, account: SipAccount) -> None:
    made = message(account)
    assert manager.get(f"voicemail-messages/{made.pk}").body == {
        "id": made.pk,
        "sip_account": account.pk,
        "from": "+48600100200",
        "from_name": "Anna",
        "received_at": "2026-01-31T12:00:00.000Z",
        "seconds": 2,
        "heard": False,
    }


def test_messages_are_listed_newest_first_and_filtered(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    other = cast.phone(kwiaty.tenant, "101")
    first, second, third = message(account, heard=True), message(other), message(account)

    def found(**asked: str | int) -> list[int]:
        return [item["id"] for item in manager.get("voicemail-messages", **asked).body["items"]]

    assert found() == [third.pk, second.pk, first.pk]
    assert found(sip_account=account.pk) == [third.pk, first.pk]
    assert found(heard="false") == [third.pk, second.pk]
    assert found(heard="true", sip_account=other.pk) == []


def test_the_list_goes_on_where_the_page_ended(manager: Api, account: SipAccount) -> None:
    made = [message(account).pk for _number in range(5)]
    seen: list[int] = []
    page = manager.get("voicemail-messages", limit=2).body
    while page["next"]:
        seen += [item["id"] for item in page["items"]]
        page = manager.get("voicemail-messages", limit=2, cursor=page["next"]).body
    assert [*seen, *(item["id"] for item in page["items"])] == made[::-1]


def test_a_message_is_heard_when_it_is_said_so(manager: Api, account: SipAccount) -> None:
    made = message(account)
    one = f"voicemail-messages/{made.pk}"
    manager.get(f"{one}/audio")
    assert manager.get(one).body["heard"] is False
    assert manager.patch(one, {"heard": True}).body["heard"] is True
    assert manager.patch(one, {}).body["heard"] is True
    assert manager.patch(one, {"heard": False}).body["heard"] is False


def test_a_deleted_message_is_gone(manager: Api, account: SipAccount) -> None:
    made = message(account)
    one = f"voicemail-messages/{made.pk}"
    assert manager.delete(one).status == 204
    for answer in (
        manager.get(one),
        manager.get(f"{one}/audio"),
        manager.patch(one, {"heard": True}),
        manager.delete(one),
    ):
        assert answer.status == 404
    assert manager.get("voicemail-messages").body["items"] == []
    assert VoicemailMessage.objects.get().order == "delete"


@pytest.mark.parametrize("bad", [None, "true", 1, 0, [], {}])
def test_heard_is_true_or_false(manager: Api, account: SipAccount, bad: object) -> None:
    answer = manager.patch(f"voicemail-messages/{message(account).pk}", {"heard": bad})
    assert answer.wrong == {"heard": ["wrong_type"]}


@pytest.mark.parametrize(
    ("name", "bad"), [("heard", "yes"), ("heard", ""), ("sip_account", "0"), ("sip_account", "x"), ("sip", "1")]
)
def test_no_list_takes_a_wrong_filter(manager: Api, name: str, bad: str) -> None:
    assert set(manager.get("voicemail-messages", **{name: bad}).wrong) == {name}


# -- Sound -------------------------------------------------------------------------------------------------------------


def test_the_whole_recording(manager: Api, account: SipAccount) -> None:
    made = message(account)
    answer = manager.get(f"voicemail-messages/{made.pk}/audio")
    assert answer.status == 200
    assert answer.body == bytes(made.audio.wav)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-1", 0, 1),
        ("bytes=100-", 100, 32_043),
        ("bytes=100-99999999", 100, 32_043),
        ("bytes=-44", 32_000, 32_043),
        ("bytes=-99999999", 0, 32_043),
        ("bytes=32043-", 32_043, 32_043),
    ],
)
def test_a_part_of_it(manager: Api, account: SipAccount, asked: str, first: int, last: int) -> None:
    made = message(account)
    whole = bytes(made.audio.wav)
    manager.headers["Range"] = asked
    answer = manager.get(f"voicemail-messages/{made.pk}/audio")
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert answer.body == whole[first : last + 1]


@pytest.mark.parametrize(
    "asked",
    ["", "x", "bytes=", "bytes=-", "bytes=-0", "bytes=5-4", "bytes=32044-", "bytes=0-1,5-6", "bytes=a-b", "bits=0-1",
     "bytes=" + "9" * 5000 + "-", "bytes=١-٢", "bytes=1.5-2"],
)  # fmt: skip
def test_a_range_that_cannot_be_given_is_the_whole_file(manager: Api, account: SipAccount, asked: str) -> None:
    made = message(account)
    manager.headers["Range"] = asked
    answer = manager.get(f"voicemail-messages/{made.pk}/audio")
    assert (answer.status, answer.body) == (200, bytes(made.audio.wav))


# -- Greetings ---------------------------------------------------------------------------------------------------------


def test_a_greeting_is_uploaded_heard_replaced_and_removed(manager: Api, account: SipAccount) -> None:
    one = f"sip-accounts/{account.pk}/greeting"
    assert manager.get(one).status == 404
    greeting(account)
    answer = upload(manager, account, TONE)
    assert (answer.status, answer.body["source"], answer.body["seconds"]) == (200, "upload", 1.0)
    heard = manager.get(one)
    assert heard.headers["Content-Type"] == "audio/wav"
    assert wav_seconds(heard.body) == pytest.approx(1.0, abs=0.1)
    assert manager.get(f"sip-accounts/{account.pk}").body["voicemail"]["greeting"] == answer.body
    for _again in range(2):
        assert manager.delete(one).status == 204
    assert manager.get(f"sip-accounts/{account.pk}").body["voicemail"]["greeting"] is None


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n" + bytes(99), "not_audio"), (b"fLaC" + bytes(99), "wrong_format")],
)
def test_another_file_is_refused_and_the_old_greeting_stays(
    manager: Api, account: SipAccount, content: bytes, code: str
) -> None:
    greeting(account)
    assert upload(manager, account, content).wrong == {"file": [code]}
    assert Greeting.objects.get().version == "a"


def test_a_file_that_is_too_large_is_not_read(manager: Api, account: SipAccount) -> None:
    for size in (10 * 2**20 + 1, 11 * 2**20):
        assert upload(manager, account, bytes(size)).kind == "too-large"


def test_a_file_may_be_larger_than_a_body_of_json(manager: Api, account: SipAccount) -> None:
    long = wav_of(Sound(b"\x00\x10\x00\xf0" * 1_000_000, 44_100))
    assert upload(manager, account, long).status == 200


def test_it_has_to_be_a_form_with_one_file(manager: Api, account: SipAccount) -> None:
    one = f"sip-accounts/{account.pk}/greeting"
    for content_type in ("audio/wav", "application/json", "text/csv", ""):
        assert manager.send("PUT", one, TONE, content_type=content_type).kind == "not-a-form"
    assert upload(manager, account, TONE, field="greeting").wrong == {"file": ["required"]}
    for broken in ("multipart/form-data", "multipart/form-data; boundary=" + "x" * 300):
        assert manager.send("PUT", one, TONE, content_type=broken).kind == "bad-request"
    assert not Greeting.objects.exists()


def test_a_stranger_is_told_before_the_file_is_read(stranger: Api, account: SipAccount) -> None:
    assert upload(stranger, account, bytes(11 * 2**20)).status == 404
