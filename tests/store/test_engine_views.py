"""The engine reads accounts and trunks through views: one source of truth, and each look-up by index."""

import re

import pytest
from django.db import connection

from centralka.calls.endpoints import Phone, trunk_endpoint
from centralka.calls.media_encryption import Encryption
from centralka.edge.configuration import TEMPLATES
from centralka.store.edge import place_edge
from centralka.store.engine_rows import engine_rows
from centralka.store.models import Trunk
from centralka.store.realtime import AOR, ENDPOINT, MAILBOX, MAILBOXES, TRUNK_AUTH, VARIES
from tests import cast

_COLUMNS = {*ENDPOINT, "callerid"}
VIEWS = {"ps_endpoints": _COLUMNS, "ps_phones": _COLUMNS, "ps_aors": set(AOR)}

SEMICOLON = {"sqlite": ";", "postgresql": "^3B"}
"""The engine's driver for PostgreSQL ends a value at a semicolon, and reads ^3B as one."""
NAMES = {
    "edge_account": "login",
    "edge_encryption": "login",
    "edge_carrier": "endpoint",
    "edge_registration": "endpoint",
}


def row(view: str, login: str) -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {view} WHERE {NAMES.get(view, 'id')} = %s", [login])
        found = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], found, strict=True)) if found else {}


def test_a_saved_account_is_what_edge_and_engine_read(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Łucja, biuro; \\o/ ^", internal_caller_id="55")
    assert row("edge_account", "kwiaty_100") == {
        "login": "kwiaty_100",
        "account": "kwiaty_100",
        "device": None,
        "ha1": account.password_digest,
        "networks": "",
        "media_encryption": "off",
    }
    assert row("edge_encryption", "kwiaty_100") == {"login": "kwiaty_100", "media_encryption": "off"}
    callerid = row("ps_endpoints", "kwiaty_100")["callerid"]
    assert callerid
    assert callerid.endswith("<55>")
    account.delete()
    assert row("edge_account", "kwiaty_100") == row("ps_endpoints", "kwiaty_100") == {}


def test_the_engine_finds_phones_and_carriers_behind_the_edge(kwiaty: cast.Company) -> None:
    place_edge("127.0.0.1:15062")
    phone, carrier = cast.phone(kwiaty.tenant, "100").login, trunk().endpoint
    assert row("ps_aors", phone)["contact"] == "sip:kwiaty_100@127.0.0.1:15062"
    by_edge = f"sip:127.0.0.1:15062{SEMICOLON[connection.vendor]}lr"
    for view in ("ps_endpoints", "ps_aors"):
        assert row(view, carrier)["outbound_proxy"] == by_edge
    # Each engine has an address for sound of its own.
    assert {row("ps_endpoints", one)["media_address"] for one in (phone, carrier)} == {None}


def test_an_account_is_known_by_the_word_of_the_edge_alone(kwiaty: cast.Company) -> None:
    """The engine has no password of it, and looks at no other header."""
    found = row("ps_endpoints", cast.phone(kwiaty.tenant, "100").login)
    assert (found["auth"], found["identify_by"]) == (None, "auth_username")
    assert row("ps_auths", "kwiaty_100") == {}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_exactly_the_columns_that_are_listed(kwiaty: cast.Company, view: str) -> None:
    """A column that the engine asks for and a view lacks is silently true for every row on SQLite."""
    cast.phone(kwiaty.tenant, "100")
    assert set(row(view, "kwiaty_100")) == VIEWS[view]


@pytest.mark.parametrize("view", [*VIEWS, "edge_account", "edge_encryption"])
def test_an_account_is_found_by_index_among_thousands(kwiaty: cast.Company, view: str) -> None:
    for extension in range(1000, 1300):
        cast.phone(kwiaty.tenant, str(extension))
    assert_led_by_index(f"SELECT * FROM {view} WHERE {NAMES.get(view, 'id')} = 'kwiaty_1000'")


def assert_led_by_index(query: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        else:
            cursor.execute("ANALYZE sip_account")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {query}")
        plan = str(cursor.fetchall())
    # Trunks are a handful, and are looked through; among accounts an index has to lead.
    assert not re.search(r"SCAN (account|sip_account)|Seq Scan on sip_account", plan)
    assert re.search(r"SEARCH account USING|Index (Only )?Scan|Bitmap Heap Scan on sip_account", plan)


def test_every_session_is_refreshed_and_silence_ends_none(kwiaty: cast.Company) -> None:
    """On phones and trunks alike; by us where the other side cannot."""
    cast.phone(kwiaty.tenant, "100")
    for endpoint in ("kwiaty_100", trunk().endpoint):
        found = row("ps_endpoints", endpoint)
        assert (found["timers"], found["timers_sess_expires"], found["rtp_timeout"]) == ("always", "300", "0")


# -- Mailboxes -----------------------------------------------------------------------------------------------------


def as_the_engine_asks(number: int) -> str:
    """What `app_voicemail` asks for the mailbox of the account with this id (PostgreSQL's log, Asterisk 22.10)."""
    return f"SELECT * FROM voicemail WHERE mailbox = '{number}' AND context = '{MAILBOXES}'"


def mailbox(number: int) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(as_the_engine_asks(number))
        found = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], found, strict=True)) if found else {}


def test_an_account_with_voicemail_has_a_mailbox_with_its_id_as_name(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100", voicemail_enabled=True)
    found = mailbox(account.id)
    assert set(found) == set(MAILBOX)
    assert str(found["mailbox"]) == str(account.id)


def test_the_mailbox_is_there_only_while_voicemail_is_switched_on(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    assert mailbox(account.id) == {}


def test_no_key_of_a_phone_opens_a_mailbox_behind_our_back(kwiaty: cast.Company) -> None:
    """A leading - says that it cannot be changed, and alone would be an empty password. Small letters are no keys."""
    account = cast.phone(kwiaty.tenant, "100", voicemail_enabled=True)
    password = str(mailbox(account.id)["password"])
    assert re.fullmatch(r"-[a-z]+", password)


def test_a_mailbox_is_found_by_index_among_thousands(kwiaty: cast.Company) -> None:
    for extension in range(1000, 1300):
        account = cast.phone(kwiaty.tenant, str(extension), voicemail_enabled=True)
    assert_led_by_index(as_the_engine_asks(account.id))


def test_nobody_can_ask_how_many_messages_another_mailbox_has(kwiaty: cast.Company) -> None:
    """The engine would tell it to whoever may subscribe: it does not look at who asks for whose mailbox."""
    account = cast.phone(kwiaty.tenant, "100", voicemail_enabled=True)
    assert row("ps_endpoints", account.login)["allow_subscribe"] == "no"
    assert "mailboxes" not in row("ps_aors", account.login)


# -- Trunks --------------------------------------------------------------------------------------------------------


def trunk(**fields: object) -> Trunk:
    """A carrier where we register."""
    values = {
        "name": "Operator",
        "kind": Trunk.Kind.REGISTRATION,
        "host": "sip.carrier.example",
        "port": 5070,
        "username": "48221234567",
        "password": "tajne haslo",
        "addresses": "192.0.2.1,192.0.2.2",
        **fields,
    }
    return Trunk.objects.create(**values)


TRUNK_VIEWS = {
    "ps_endpoints": _COLUMNS,
    "ps_trunks": _COLUMNS,
    "ps_aors": set(AOR),
    "ps_auths": set(TRUNK_AUTH),
    "edge_carrier": {"endpoint", "addresses"},
    "edge_registration": {"mark", "endpoint", "username"},
}


@pytest.mark.parametrize("view", TRUNK_VIEWS)
def test_a_trunk_has_the_columns_of_accounts_and_those_of_registrations(db: None, view: str) -> None:
    assert set(row(view, trunk().endpoint)) == TRUNK_VIEWS[view]


def test_an_enabled_trunk_is_an_endpoint_that_is_known_by_its_address(db: None) -> None:
    made = trunk()
    endpoint = row("ps_endpoints", made.endpoint)
    assert (endpoint["context"], endpoint["auth"]) == ("outside", None)
    assert (endpoint["trust_id_inbound"], endpoint["outbound_auth"]) == ("no", made.endpoint)
    assert row("edge_carrier", made.endpoint)["addresses"] == "192.0.2.1,192.0.2.2"
    assert row("ps_aors", made.endpoint)["contact"] == "sip:sip.carrier.example:5070"


def test_a_trunk_that_registers_has_credentials_and_a_registration(db: None) -> None:
    made = trunk()
    auth = row("ps_auths", made.endpoint)
    assert (auth["auth_type"], auth["username"], auth["password_digest"]) == ("userpass", "48221234567", None)
    assert row("edge_registration", made.endpoint) == {
        "mark": made.mark,
        "endpoint": made.endpoint,
        "username": "48221234567",
    }
    assert re.fullmatch("[0-9a-f]{16}", made.mark)


def test_no_two_trunks_have_the_same_mark(db: None) -> None:
    """Who calls with it is believed to be the carrier."""
    assert trunk().mark != trunk(name="Drugi").mark


def test_a_trunk_by_address_registers_nowhere_and_has_no_credentials(db: None) -> None:
    made = trunk(kind=Trunk.Kind.ADDRESS)
    assert row("edge_registration", made.endpoint) == row("ps_auths", made.endpoint) == {}
    assert row("ps_endpoints", made.endpoint)["outbound_auth"] is None


@pytest.mark.parametrize("view", TRUNK_VIEWS)
def test_a_disabled_trunk_is_there_for_the_engine_only_to_answer_who_asks_for_the_password(db: None, view: str) -> None:
    """The carrier may be asked a moment longer whether it is there."""
    assert bool(row(view, trunk(enabled=False).endpoint)) == (view == "ps_auths")


def test_the_edge_asks_for_what_there_is(db: None) -> None:
    """Its questions in Lua; SQLite would take a column that is missing for a word."""
    text = (TEMPLATES / "accounts.lua").read_text()
    (who,) = re.findall(r'^local WHO = "(.*)"$', text, re.MULTILINE)
    asked = [who % view for view in re.findall(r'WHO:format\("(\w+)"\)', text)]
    asked += re.findall(r'^\t\w+ = "(SELECT .*)",$', text, re.MULTILINE)
    assert len(asked) == 10
    with connection.cursor() as cursor:
        for question in asked:
            cursor.execute(question.replace("?1", "'x'"))
            assert len(cursor.fetchall()) <= 1


def test_a_host_that_has_no_address_yet_identifies_nobody(db: None) -> None:
    assert row("edge_carrier", trunk(addresses="").endpoint) == {}


def test_tcp_is_in_the_address_that_is_called(db: None) -> None:
    address = f"sip:sip.carrier.example:5070{SEMICOLON[connection.vendor]}transport=tcp"
    made = trunk(transport="tcp")
    assert row("ps_aors", made.endpoint)["contact"] == address


@pytest.mark.parametrize("sends", [True, False])
def test_a_carrier_that_does_not_want_the_asserted_identity_gets_none(db: None, sends: bool) -> None:
    assert row("ps_endpoints", trunk(sends_pai=sends).endpoint)["send_pai"] == ("yes" if sends else "no")


def test_a_carrier_is_told_of_nobodys_messages(db: None) -> None:
    made = trunk()
    assert row("ps_endpoints", made.endpoint)["mailboxes"] is None
    assert row("ps_endpoints", made.endpoint)["allow_subscribe"] == "no"


def test_a_carrier_does_not_learn_to_whom_its_caller_was_transferred(kwiaty: cast.Company) -> None:
    assert row("ps_endpoints", trunk().endpoint)["send_connected_line"] == "no"
    assert row("ps_endpoints", cast.phone(kwiaty.tenant, "100").login)["send_connected_line"] == "yes"


def test_accounts_and_trunks_are_each_found_under_their_own_name(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100")
    made = trunk()
    assert row("ps_endpoints", "kwiaty_100")["context"] == "internal"
    assert row("ps_endpoints", made.endpoint)["id"] == made.endpoint


def test_an_endpoint_is_found_in_the_view_of_its_kind(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100")
    names = [*(Phone("kwiaty_100", each).name for each in Encryption), trunk_endpoint(trunk().pk)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ps_endpoints")
        there = {name for (name,) in cursor.fetchall()}
    assert set(names) <= there
    rows = engine_rows([*names, "kwiaty_999", "kwiaty_999.dtls", "trunk-999"])
    assert set(rows) == set(names)
    for name in names:
        assert rows[name][: len(VARIES)] == tuple(row("ps_endpoints", name)[column] for column in VARIES)
