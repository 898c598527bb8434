"""Who is registered now: the list that the panel and the API show follows the phones within moments."""

from typing import Any

from tests.live.office import SOON, Account, Office, talk
from tests.live.phones import until
from tests.live.sipp import free_port, run_scenario


def test_a_phone_comes_and_goes(office: Office) -> None:
    """Alicja switches her phone on and off: she is shown as registered, with her phone, and then as seen last."""
    account = office.account("Alicja")
    assert shown(office, account) == (False, [])
    assert office.show(account)["last_seen"] is None

    alicja = office.phone(account)
    appears(office, account, 1)
    (contact,) = office.show(account)["contacts"]
    assert contact["uri"].startswith(f"sip:{account.login}")
    assert contact["user_agent"].startswith("baresip")
    (row,) = rows(office, account)
    assert (row["uri"], row["user_agent"]) == (contact["uri"], contact["user_agent"])

    alicja.unregister()
    appears(office, account, 0)
    assert office.show(account)["last_seen"] is not None
    assert rows(office, account) == []


def test_each_phone_of_an_account_is_shown(office: Office) -> None:
    """Two phones, one on UDP and one on TCP; one of them goes, the other stays."""
    account = office.account("Alicja")
    desk, mobile = office.phone(account), office.phone(account, transport="tcp")
    appears(office, account, 2)
    desk.unregister()
    appears(office, account, 1)
    (left,) = office.show(account)["contacts"]
    assert "transport=TCP" in left["uri"].replace("tcp", "TCP")
    mobile.unregister()
    appears(office, account, 0)


def test_a_phone_that_registers_again_is_the_same_phone(office: Office) -> None:
    """A renewed registration adds nothing and keeps the time since when the phone is there."""
    account, port = office.account("Alicja"), free_port()
    registers(office, account, port)
    appears(office, account, 1)
    (before,) = rows(office, account)
    registers(office, account, port)
    bartek = office.account("Bartek")
    office.phone(bartek)
    appears(office, bartek, 1)
    assert rows(office, account) == [before]


def test_a_tcp_phone_that_loses_its_connection_is_gone(office: Office) -> None:
    """Without its connection a phone cannot be rung, so it is not shown either."""
    account = office.account("Alicja")
    alicja = office.phone(account, transport="tcp")
    appears(office, account, 1)
    alicja.pull_the_plug()
    appears(office, account, 0)


def test_what_happens_while_the_switchboard_is_away_is_shown_when_it_is_back(fragile: Office) -> None:
    """One phone goes and another comes while nobody looks."""
    accounts = fragile.account("Alicja"), fragile.account("Bartek")
    alicja, bartek = fragile.phone(accounts[0]), fragile.phone(accounts[1], register=False)
    appears(fragile, accounts[0], 1)
    with fragile.house.without("switchboard"):
        alicja.unregister()
        bartek.register()
        assert shown(fragile, accounts[0])[0]
    appears(fragile, accounts[0], 0)
    appears(fragile, accounts[1], 1)


def test_phones_stay_registered_over_the_death_of_the_engine(fragile: Office) -> None:
    """Nobody is shown as gone because of it, and whoever comes and goes afterwards is followed as before."""
    account = fragile.account("Alicja")
    alicja, bartek = fragile.phone(account), fragile.phone("Bartek")
    appears(fragile, account, 1)
    before = rows(fragile, account)
    until(lambda: fragile.house.keeps(account.login), SOON, "the registration is on disk")
    with fragile.house.without("engine"):
        assert rows(fragile, account) == before
    celina = fragile.account("Celina")
    fragile.phone(celina)
    appears(fragile, celina, 1)
    assert rows(fragile, account) == before
    talk(bartek, alicja)
    bartek.hang_up()
    alicja.unregister()
    appears(fragile, account, 0)


def registers(office: Office, account: Account, port: int) -> None:
    """A phone at this port registers."""
    run_scenario(
        "register", login=account.login, password=account.password, port=office.house.sip_port, local_port=port,
        expires=60, final=200,
    )  # fmt: skip


def appears(office: Office, account: Account, phones: int) -> None:
    """So many phones of the account are shown within moments."""
    until(lambda: len(shown(office, account)[1]) == phones, 25, f"{phones} phones of {account.login} are shown")
    assert shown(office, account)[0] == (phones > 0)


def shown(office: Office, account: Account) -> tuple[bool, list[Any]]:
    """Tell whether the API shows the account as registered, and with which phones."""
    found = office.show(account)
    return found["registered"], found["contacts"]


def rows(office: Office, account: Account) -> list[dict[str, Any]]:
    """The account's rows in the database, but for what is asked of the phone from time to time."""
    mine = (row for row in office.house.rows("registration") if row["sip_account_id"] == account.id)
    return [{name: value for name, value in row.items() if not name.startswith("answers")} for row in mine]
