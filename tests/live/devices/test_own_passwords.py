"""Devices of one account, each with a password of its own: both ring, one is signed out, the other goes on."""

import urllib.request
from typing import Any

from tests.live.office import SOON, Account, Office, extension_of, hear_each_other, over, talk
from tests.live.phones import Phone, until


def add_device(office: Office, account: Account, name: str) -> dict[str, Any]:
    made: dict[str, Any] = office.house.api("POST", f"/sip-accounts/{account.id}/devices", {"name": name}).body
    return made


def device_phone(office: Office, account: Account, device: dict[str, Any], **options: Any) -> Phone:
    by = Account(account.id, account.login, account.extension, account.name, device["password"])
    return office.phone(by, auth_name=device["authentication_name"], **options)


def addresses(office: Office, account: Account) -> dict[str, list[str]]:
    listed = office.items(f"/sip-accounts/{account.id}/devices")
    return {one["name"]: [contact["uri"] for contact in one["contacts"]] for one in listed}


def test_each_device_rings_and_one_is_signed_out_alone(office: Office) -> None:
    """The mobile is lost: it rings no more and is refused; the desk phone and the account's password go on."""
    alicja, account = office.phone("Alicja"), office.account("Bartek")
    desk, mobile = (add_device(office, account, name) for name in ("Biurko", "Komórka"))
    # One over TCP: it could be rung over its connection until that is closed.
    phones = device_phone(office, account, desk), device_phone(office, account, mobile, transport="tcp")
    own = office.phone(account)
    alicja.dial(account.extension)
    until(lambda: all(phone.ringing for phone in (*phones, own)), SOON, "all three phones ring")
    phones[1].answer()
    hear_each_other(alicja, phones[1])
    until(lambda: all(addresses(office, account).values()), SOON, "the list shows where each device is")
    # In the middle of its call, which goes on.
    (lost,) = [one for one in office.items(f"/sip-accounts/{account.id}/devices") if one["name"] == "Komórka"]
    assert office.house.api("DELETE", f"/sip-accounts/{account.id}/devices/{lost['id']}").status == 204
    until(lambda: len(office.show(account)["contacts"]) == 2, SOON, "the mobile is registered no more")
    hear_each_other(alicja, phones[1])
    alicja.hang_up()
    over(alicja, *phones, own)
    alicja.dial(account.extension)
    until(lambda: phones[0].ringing and own.ringing, SOON, "the other two ring")
    assert not phones[1].ringing
    alicja.hang_up()
    over(alicja, *phones, own)
    assert not phones[1].try_to_register().startswith("200")
    assert set(addresses(office, account)) == {"Biurko"}
    # A call of the device is one of the account, in the record as on the display.
    talk(phones[0], alicja)
    assert alicja.in_call
    assert alicja.in_call.number == account.extension
    alicja.hang_up()
    over(phones[0], alicja)
    assert [one.from_number for one in office.records(3)] == [extension_of(alicja)] * 2 + [account.extension]


def test_a_devices_password_opens_no_other_account(office: Office) -> None:
    """Neither under another account's login, nor as the account's own."""
    bartek, celina = office.account("Bartek"), office.account("Celina")
    device = add_device(office, bartek, "Biurko")
    assert not device_phone(office, celina, device, register=False).try_to_register().startswith("200")
    alone = Account(bartek.id, bartek.login, bartek.extension, bartek.name, device["password"])
    assert not office.phone(alone, register=False).try_to_register().startswith("200")


def test_a_phone_is_set_up_by_nothing_but_the_file_that_it_fetches(office: Office) -> None:
    """As a Yealink does: it asks for its file, and registers with what stands there; it hears itself on *43."""
    account = office.account("Recepcja")
    wanted = {"name": "Hol", "maker": "yealink", "mac": "80:5E:C0:12:34:56"}
    made = office.house.api("POST", f"/sip-accounts/{account.id}/devices", wanted).body
    told = yealink_reads(made["settings_address"] + "805ec0123456.cfg")
    assert told["account.1.sip_server.1.transport_type"] == "0"
    by_file = Phone(
        told["account.1.user_name"],
        told["account.1.password"],
        auth_name=told["account.1.auth_name"],
        host=told["account.1.sip_server.1.address"],
        port=int(told["account.1.sip_server.1.port"]),
        name=told["account.1.display_name"],
    )
    with by_file as phone:
        phone.register()
        phone.dial("*43")
        until(lambda: phone.hears(phone.tone_hz), SOON, "the phone hears itself")
        phone.hang_up()
        over(phone)
        until(lambda: addresses(office, account)["Hol"], SOON, "the list shows where it is")
    (record,) = office.records(1)
    assert record.from_number == account.extension
    assert "account.1.password" not in yealink_reads(made["settings_address"] + "805ec0123456.cfg")


def yealink_reads(address: str) -> dict[str, str]:
    agent = {"User-Agent": "Yealink SIP-T54W 96.86.0.100 80:5e:c0:12:34:56"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=agent)) as answer:
        lines = answer.read().decode().splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)
