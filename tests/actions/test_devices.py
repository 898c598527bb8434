"""Devices of an account, each with a password of its own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from centralka.actions.account import accounts
from centralka.actions.account import devices as actions
from centralka.actions.account.passwords import digest_of, password_problems
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound
from centralka.store.devices import signed_out_devices
from centralka.store.models import Device, Registration, SipAccount
from tests import cast


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return cast.phone(kwiaty.tenant, "100")


def believed(username: str) -> list[tuple[str, str]]:
    """What the edge finds, where it looks (edge/from_phone.cfg): whose name it is, and its digest."""
    view = "edge_device" if "." in username else "edge_account"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT account, ha1 FROM {view} WHERE login = %s", [username])
        return list(cursor.fetchall())


def test_a_device_has_a_name_and_a_digest_of_its_own_at_the_edge(kwiaty: cast.Company, account: SipAccount) -> None:
    made, password = actions.add_device(kwiaty.manager, account.pk, "  Komórka   Alicji ")
    assert (made.name, password_problems(password)) == ("Komórka Alicji", [])
    assert made.username.startswith("kwiaty_100.")
    assert believed(made.username) == [("kwiaty_100", digest_of(made.username, password))]
    assert believed("kwiaty_100") == [("kwiaty_100", account.password_digest)]


def test_one_that_is_signed_out_is_believed_no_more_and_the_others_are(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    lost, _password = actions.add_device(kwiaty.manager, account.pk, "Komórka")
    desk, _password = actions.add_device(kwiaty.manager, account.pk, "Biurko")
    actions.sign_out(kwiaty.manager, account.pk, lost.pk)
    assert believed(lost.username) == []
    assert believed(desk.username)
    assert list(actions.devices(kwiaty.reader, account.pk)) == [desk]
    with pytest.raises(NotFound):
        actions.sign_out(kwiaty.manager, account.pk, lost.pk)
    # Its name is free again.
    actions.add_device(kwiaty.manager, account.pk, "komórka")


def test_what_it_registered_is_to_end_and_nothing_else(kwiaty: cast.Company, account: SipAccount) -> None:
    lost, _password = actions.add_device(kwiaty.manager, account.pk, "Komórka")
    desk, _password = actions.add_device(kwiaty.manager, account.pk, "Biurko")
    for uri, device in (("sip:a", lost), ("sip:b", desk), ("sip:c", None)):
        Registration.objects.create(sip_account=account, device=device, node="node1", uri=uri, since=timezone.now())
    assert signed_out_devices("node1") == []
    actions.sign_out(kwiaty.manager, account.pk, lost.pk)
    assert signed_out_devices("node1") == [lost.username]
    assert signed_out_devices("node2") == []


def test_a_name_is_needed_and_is_the_devices_own(kwiaty: cast.Company, account: SipAccount) -> None:
    actions.add_device(kwiaty.manager, account.pk, "Biurko")
    for name, code in (("", "length"), ("x" * 61, "length"), ("a\x07b", "bad_characters"), ("BIURKO", "taken")):
        with pytest.raises(InvalidInput) as refused:
            actions.add_device(kwiaty.manager, account.pk, name)
        assert refused.value.has(code)


def test_there_are_ten_at_most(kwiaty: cast.Company, account: SipAccount) -> None:
    for number in range(10):
        actions.add_device(kwiaty.manager, account.pk, f"Telefon {number}")
    with pytest.raises(InvalidInput) as refused:
        actions.add_device(kwiaty.manager, account.pk, "Jeszcze jeden")
    assert refused.value.has("too_many")


def test_another_login_signs_all_of_them_out(kwiaty: cast.Company, account: SipAccount) -> None:
    made, _password = actions.add_device(kwiaty.manager, account.pk, "Biurko")
    accounts.change_sip_account(kwiaty.manager, account.pk, {"name": "Biuro"})
    assert believed(made.username)
    accounts.change_sip_account(kwiaty.manager, account.pk, {"extension": "105", "password": "Gf7kWq2mZp9x"})
    assert believed(made.username) == []


def test_it_goes_with_its_account(kwiaty: cast.Company, account: SipAccount) -> None:
    made, _password = actions.add_device(kwiaty.manager, account.pk, "Biurko")
    accounts.delete_sip_account(kwiaty.manager, account.pk)
    assert believed(made.username) == []


def test_one_that_was_signed_out_long_ago_is_forgotten(kwiaty: cast.Company, account: SipAccount) -> None:
    lost, _password = actions.add_device(kwiaty.manager, account.pk, "Komórka")
    Device.objects.update(revoked_at=timezone.now() - timedelta(days=91))
    actions.add_device(kwiaty.manager, account.pk, "Biurko")
    assert not Device.objects.filter(pk=lost.pk).exists()


def test_strangers_find_none_and_readers_change_none(
    kwiaty: cast.Company, ksiegi: cast.Company, account: SipAccount
) -> None:
    made, _password = actions.add_device(kwiaty.manager, account.pk, "Biurko")
    other = cast.phone(kwiaty.tenant, "101")
    for wrong in (
        lambda: actions.device(ksiegi.manager, account.pk, made.pk),
        lambda: actions.sign_out(ksiegi.manager, account.pk, made.pk),
        lambda: actions.add_device(ksiegi.manager, account.pk, "X"),
        lambda: actions.device(kwiaty.manager, other.pk, made.pk),
    ):
        with pytest.raises(NotFound):
            wrong()
    for refused in (
        lambda: actions.sign_out(kwiaty.reader, account.pk, made.pk),
        lambda: actions.add_device(kwiaty.reader, account.pk, "X"),
    ):
        with pytest.raises(NotAllowed):
            refused()
