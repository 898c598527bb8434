"""The company over the API."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from centralka.actions.tenants.own import change_own_tenant
from centralka.sound.wav_files import Sound, wav_of, wav_seconds
from centralka.store.models import SipAccount, Tenant, WebhookDelivery
from tests import cast
from tests.api.client import Answer, Api, form_with_file


def test_a_company_is_shown_with_what_it_has(reader: Api, account: SipAccount) -> None:
    assert reader.get("tenant").body == {
        "slug": "kwiaty",
        "name": "Kwiaciarnia Alicja",
        "language": "pl",
        "international": "national",
        "max_rate": "1.0000",
        "hold_sound": "bundled",
        "longest_call": 14400,
        "networks": [],
        "alert_emails": [],
        "second_factor_wanted": False,
        "second_factor_required": False,
        "monitoring_paused_until": None,
        "webhook": "",
        "webhook_sms": False,
        "webhook_secret": "",
        "sms_max_price": "1.0000",
        "sms_email": "",
        "sms_night_from": "",
        "sms_night_until": "",
        "sms_per_hour": 200,
        "low_balance": None,
        "balance": None,
        "credit_limit": None,
        "available": None,
        "version": 1,
        "counts": {"sip_accounts": 1, "registered": 0},
    }


def test_a_manager_says_where_a_program_is_told_and_a_reader_sees_no_secret(
    manager: Api, reader: Api, kwiaty: cast.Company
) -> None:
    after = manager.patch("tenant", {"webhook": "https://kwiaty.example/hook", "webhook_sms": True}).body
    assert after["webhook_sms"] is True
    assert after["webhook"] == "https://kwiaty.example/hook"
    assert len(after["webhook_secret"]) > 40
    assert (reader.get("tenant").body["webhook"], reader.get("tenant").body["webhook_secret"]) == ("", "")
    assert manager.patch("tenant", {"webhook": "https://10.0.0.1/"}).wrong == {"webhook": ["inner"]}
    assert manager.patch("tenant", {"webhook": "kwiaty"}).wrong == {"webhook": ["malformed"]}
    now = datetime.now(UTC)
    WebhookDelivery.objects.create(
        tenant=kwiaty.tenant, key="monitoring:1", event="account.gone", body="{}", address="https://kwiaty.example/hook",
        answer="HTTP 500", attempts=2, next_at=now, created_at=now,
    )  # fmt: skip
    (told,) = manager.get("webhook-deliveries").body["items"]
    assert (told["key"], told["state"], told["attempts"], told["answer"]) == ("monitoring:1", "queued", 2, "HTTP 500")
    assert reader.get("webhook-deliveries").status == 403
    renewed = manager.post("webhook-secret", {}).body["webhook_secret"]
    assert renewed == manager.get("tenant").body["webhook_secret"] != after["webhook_secret"]


def test_only_an_owner_demands_a_second_factor(manager: Api, owner: Api) -> None:
    assert manager.patch("tenant", {"second_factor_wanted": True}).status == 403
    assert owner.patch("tenant", {"second_factor_wanted": True}).body["second_factor_wanted"] is True
    assert manager.patch("tenant", {"second_factor_wanted": False}).status == 403
    assert manager.patch("tenant", {"second_factor_wanted": True, "name": "Kwiaty"}).body["name"] == "Kwiaty"


def test_a_manager_changes_name_and_language(manager: Api, kwiaty: cast.Company) -> None:
    assert manager.patch("tenant", {"language": "en"}).body["language"] == "en"
    assert manager.patch("tenant", {"name": " Kwiaty   i wieńce "}).body["name"] == "Kwiaty i wieńce"
    kept = Tenant.objects.get(pk=kwiaty.tenant.pk)
    assert (kept.name, kept.language) == ("Kwiaty i wieńce", "en")


def test_a_manager_says_where_and_for_how_much_accounts_call(manager: Api, kwiaty: cast.Company) -> None:
    after = manager.patch("tenant", {"international": "eea", "max_rate": "0.5"}).body
    assert (after["international"], after["max_rate"]) == ("eea", "0.5000")
    kept = Tenant.objects.get(pk=kwiaty.tenant.pk)
    assert (kept.international, kept.max_rate, kept.name) == ("eea", Decimal("0.5000"), "Kwiaciarnia Alicja")


def test_a_manager_says_who_is_told_when_something_is_wrong(manager: Api, kwiaty: cast.Company) -> None:
    wanted = {
        "alert_emails": ["a@kwiaty.example", "b@kwiaty.example"],
        "monitoring_paused_until": "2099-12-01T07:00:00.000Z",
    }
    after = manager.patch("tenant", wanted).body
    assert {name: after[name] for name in wanted} == wanted
    assert manager.patch("tenant", {"alert_emails": ["a@kwiaty.example", "biuro"]}).wrong == {
        "alert_emails": ["malformed"]
    }
    assert manager.patch("tenant", {"monitoring_paused_until": "2020-12-01T07:00:00Z"}).wrong == {
        "monitoring_paused_until": ["past"]
    }
    many = [f"a{number}@kwiaty.example" for number in range(11)]
    assert manager.patch("tenant", {"alert_emails": many}).wrong == {"alert_emails": ["too_many"]}
    nobody = manager.patch("tenant", {"alert_emails": [], "monitoring_paused_until": None}).body
    assert (nobody["alert_emails"], nobody["monitoring_paused_until"]) == ([], None)


def test_whoever_read_before_somebody_else_saved_saves_nothing(
    manager: Api, operator: Api, kwiaty: cast.Company
) -> None:
    one = f"operator/tenants/{kwiaty.tenant.pk}"
    others_saves = (
        lambda: manager.patch("tenant", {"language": "en"}),
        lambda: operator.patch(one, {"max_rate": "2.00", "version": manager.get("tenant").body["version"]}),
        lambda: operator.patch(one, {"credit_limit": "5.00"}),
        lambda: change_own_tenant(kwiaty.manager, {"longest_call": 60}),  # the panel's forms save by it
        lambda: put_music(manager, TONE),
        lambda: manager.delete("tenant/hold-music"),
        lambda: manager.patch("tenant", {"webhook": "https://kwiaty.example/hak"}),
        lambda: manager.patch(
            "fraud-rules", {"calls_at_once": 4, "version": manager.get("fraud-rules").body["version"]}
        ),
        lambda: manager.post(f"webhook-secret?version={manager.get('tenant').body['version']}", {}),
        lambda: manager.patch("fraud-rules", {"night_calls": "all"}),
        lambda: manager.post("webhook-secret", {}),
    )
    for save in others_saves:
        was = manager.get("tenant").body["version"]
        assert operator.get(one).body["version"] == was
        save()
        kept = manager.get("tenant").body
        for late in (
            manager.patch("tenant", {"name": "Za późno", "version": was}),
            operator.patch(one, {"name": "Za późno", "credit_limit": "9.00", "version": was}),
            manager.patch("fraud-rules", {"calls_at_once": 9, "version": was}),
            *(manager.post(f"webhook-secret?version={was}", {}) for _ in range(bool(kept["webhook_secret"]))),
        ):
            assert (late.status, late.kind, late.wrong) == (409, "changed-meanwhile", {"version": ["stale"]})
    kept = manager.get("tenant").body
    assert (kept["name"], kept["credit_limit"], kept["version"]) == ("Kwiaciarnia Alicja", "5.0000", 12)
    assert manager.get("fraud-rules").body["calls_at_once"] == 4
    assert manager.patch("tenant", {"name": "Kwiaty", "version": 12}).body["version"] == 13


def test_money_and_forbidden_ranges_are_not_the_companys_to_change(manager: Api) -> None:
    for field, value in {"balance": "100.00", "credit_limit": "5.00", "premium_allowed": True}.items():
        assert manager.patch("tenant", {field: value}).wrong == {field: ["unknown_field"]}


def test_nothing_to_change_changes_nothing(manager: Api) -> None:
    assert manager.patch("tenant", {}).body == manager.get("tenant").body


def test_the_short_name_never_changes(manager: Api) -> None:
    assert manager.patch("tenant", {"slug": "inna"}).wrong == {"slug": ["unknown_field"]}


# -- Music on hold ---------------------------------------------------------------------------------------------------

TONE = wav_of(Sound(b"\x00\x10\x00\xf0" * 8_000, 16_000))


def put_music(api: Api, content: bytes) -> Answer:
    form, content_type = form_with_file(content)
    return api.send("PUT", "tenant/hold-music", form, content_type=content_type)


def test_own_music_is_uploaded_chosen_heard_and_removed(manager: Api) -> None:
    answer = put_music(manager, TONE)
    assert (answer.status, answer.body["seconds"]) == (200, 1.0)
    assert manager.get("tenant").body["hold_sound"] == "own"
    heard = manager.get("tenant/hold-music")
    assert heard.headers["Content-Type"] == "audio/wav"
    assert wav_seconds(heard.body) == 1.0
    assert manager.delete("tenant/hold-music").status == 204
    assert manager.get("tenant").body["hold_sound"] == "bundled"
    assert manager.get("tenant/hold-music").status == 404


def test_a_file_that_is_no_sound_changes_nothing(manager: Api) -> None:
    put_music(manager, TONE)
    manager.patch("tenant", {"hold_sound": "silence"})
    for content, code in ((b"", "empty"), (b"hello world", "not_audio")):
        assert put_music(manager, content).wrong == {"file": [code]}
    assert manager.get("tenant").body["hold_sound"] == "silence"
    assert manager.get("tenant/hold-music").status == 200


def test_own_music_is_chosen_only_where_there_is_some(manager: Api) -> None:
    assert manager.patch("tenant", {"hold_sound": "own"}).wrong == {"hold_sound": ["no_file"]}
    assert manager.patch("tenant", {"hold_sound": "radio"}).status == 422
    assert manager.patch("tenant", {"hold_sound": "silence"}).body["hold_sound"] == "silence"
    put_music(manager, TONE)
    manager.patch("tenant", {"hold_sound": "bundled"})
    assert manager.patch("tenant", {"hold_sound": "own"}).body["hold_sound"] == "own"
    manager.patch("tenant", {"hold_sound": "bundled"})
    manager.delete("tenant/hold-music")
    assert manager.get("tenant").body["hold_sound"] == "bundled"


def test_the_longest_call_is_from_a_minute_to_a_day_in_whole_minutes(manager: Api) -> None:
    for good in (60, 7200, 86400):
        assert manager.patch("tenant", {"longest_call": good}).body["longest_call"] == good
    for wrong in (0, -60, 59, 90, 86460, 2**63):
        assert manager.patch("tenant", {"longest_call": wrong}).wrong == {"longest_call": ["range"]}
    for no_number in ("60", 60.5, None, True):
        assert manager.patch("tenant", {"longest_call": no_number}).status == 422
    assert manager.get("tenant").body["longest_call"] == 86400


@pytest.mark.parametrize(
    ("night", "wrong"),
    [
        ({"sms_night_from": "21:00"}, {"sms_night_until": "malformed"}),
        ({"sms_night_until": "8:00"}, {"sms_night_from": "malformed", "sms_night_until": "malformed"}),
        ({"sms_night_from": "21:00", "sms_night_until": "21:00"}, {"sms_night_until": "no_time"}),
        ({"sms_night_from": "24:00", "sms_night_until": "08:00"}, {"sms_night_from": "malformed"}),
    ],
)
def test_a_night_without_messages_has_two_times(manager: Api, night: dict[str, str], wrong: dict[str, str]) -> None:
    refused = manager.patch("tenant", night)
    assert (refused.status, refused.wrong) == (422, {field: [code] for field, code in wrong.items()})
    good = {"sms_night_from": "21:00", "sms_night_until": "08:00"}
    assert manager.patch("tenant", good).body.items() >= good.items()
    assert manager.patch("tenant", dict.fromkeys(good, "")).status == 200
