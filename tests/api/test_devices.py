"""Devices of an account over the API."""

from django.conf import LazySettings
from django.utils import timezone

from centralka.store.models import Device, Mail, Registration, SipAccount
from tests.api.client import Api


def test_a_device_is_made_shown_and_signed_out(manager: Api, reader: Api, account: SipAccount) -> None:
    path = f"sip-accounts/{account.pk}/devices"
    made = manager.post(path, {"name": "Biurko"})
    assert made.status == 201
    password = made.body.pop("password")
    assert len(password) == 16
    device = Device.objects.get()
    Registration.objects.create(
        sip_account=account, device=device, node="node1", uri="sip:a@192.0.2.7", user_agent="T54W", since=timezone.now()
    )
    (shown,) = reader.get(path).body["items"]
    assert (shown["name"], shown["login"], shown["authentication_name"]) == ("Biurko", account.login, device.username)
    assert [one["user_agent"] for one in shown["contacts"]] == ["T54W"]
    assert reader.get(f"{path}/{device.pk}").body == shown
    assert password not in str(shown)
    assert manager.delete(f"{path}/{device.pk}").status == 204
    assert reader.get(path).body["items"] == []
    assert manager.delete(f"{path}/{device.pk}").status == 404


def test_what_is_wrong_is_told(manager: Api, account: SipAccount) -> None:
    refused = manager.post(f"sip-accounts/{account.pk}/devices", {"name": " "})
    assert refused.status == 422
    assert [one["field"] for one in refused.body["errors"]] == ["name"]


def test_a_phone_that_fetches_its_settings_is_given_an_address_and_no_password(
    manager: Api, account: SipAccount
) -> None:
    path = f"sip-accounts/{account.pk}/devices"
    made = manager.post(path, {"name": "Hol", "maker": "snom", "mac": "00-04-13-12-34-56"}).body
    assert (made["password"], made["mac"], made["password_due"]) == (None, "000413123456", True)
    issued = manager.post(f"{path}/{made['id']}/settings", None).body
    assert issued["settings_address"] != made["settings_address"]
    assert "/tel/" in issued["settings_address"]
    by_hand = manager.post(path, {"name": "Komórka"}).body
    assert manager.post(f"{path}/{by_hand['id']}/settings", None).status == 404
    assert manager.post(path, {"name": "X", "maker": "snom"}).status == 422


def test_a_link_for_setting_a_phone_up_is_mailed_and_told_to_nobody_else(
    manager: Api, account: SipAccount, settings: LazySettings
) -> None:
    path, wanted = f"sip-accounts/{account.pk}/setup-link", {"email": "jan@kwiaty.example"}
    assert manager.post(path, wanted).status == 422
    settings.PUBLIC_URL = "https://centrala.example"
    sent = manager.post(path, wanted)
    assert (sent.status, set(sent.body), sent.body["email"]) == (202, {"email", "expires_at"}, "jan@kwiaty.example")
    assert Mail.objects.get().to == "jan@kwiaty.example"
    assert manager.post(path, {"email": "jan"}).status == 422
