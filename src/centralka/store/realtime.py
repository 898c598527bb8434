"""The database views through which the engine and the edge read accounts and trunks; `after_migrations` makes them.

There is no copy to keep in step: a saved change counts at the account's next REGISTER or INVITE, and at the next call
over a trunk. Only registering at carriers, which the edge does by itself, is told to it (`switch.trunks.trunks`).

With the modules that we load, the engine asks `WHERE id = …` (PostgreSQL's log, Asterisk 22.10), for a mailbox
`WHERE mailbox = … AND context = …`. If another module is loaded, look again: a column that the engine asks for and a
view lacks is silently true for every row on SQLite, where a name in double quotes that is no column becomes a string.
"""

import re

from django.conf import settings

from centralka.calls.media_encryption import Encryption

Columns = dict[str, str]

MAILBOXES = "centralka"
"""The engine's context of all mailboxes; in it each is named by the id of its account, which never changes."""
_HAS_MAILBOX = "account.voicemail_enabled"
OWN_MUSIC_FOLDER = "own-hold-music"
"""In the engine's data (switch.engine): a folder for each company that has an own file, named by the company's id."""
_OWN = "'own-' || tenant.id"

# The expression `account.…`/`tenant.…`/`trunk.…` or the constant behind each column; the engine reads each value
# as text. NULL: the engine's default.
ENDPOINT: Columns = {
    "id": "account.login",
    "aors": "account.login",
    # Passwords are looked at by the edge. It tells the engine who calls, by the name in a header that only it can send
    # (edge/from_phone.cfg).
    "auth": "NULL",
    "identify_by": "'auth_username'",
    "context": "'internal'",
    "disallow": "'all'",
    # g722 first: colleagues hear each other in wideband. Then what every phone and carrier in Europe has.
    "allow": "'g722,alaw,ulaw'",
    # Media stays with us: phones behind NAT could not reach each other, and a call could not be ended by time or money.
    "direct_media": "'no'",
    "rtp_symmetric": "'yes'",
    "force_rport": "'yes'",
    # NAT is the edge's business.
    "rewrite_contact": "'no'",
    # Keys as events (RFC 4733) with a side that agreed on them; as tones with a side that did not, whose tones are then
    # listened for. Otherwise nothing is listened to, and packets are passed on unread (decision 0017).
    "dtmf_mode": "'auto'",
    # Fax over T.38 (ITU-T T.38): a device that asks for it in a call is refused, and the call goes on as sound.
    "t38_udptl": "CASE WHEN account.fax_sending THEN 'yes' ELSE 'no' END",
    "t38_udptl_ec": "'redundancy'",
    "t38_udptl_maxdatagram": "'400'",
    # As sound (rtp_symmetric): to a machine behind NAT packets go where its own come from.
    "t38_udptl_nat": "'yes'",
    "max_video_streams": "'0'",
    "sdp_session": "'Centralka'",
    "allow_overlap": "'no'",
    # Phones are told their lamps by the switchboard (switch/mailboxes/lamps.py).
    "mailboxes": "NULL",
    "allow_subscribe": "'no'",
    "allow_transfer": "'yes'",
    # What a phone says about its own name and number is not believed; what we know is told to the other phone. Of a
    # caller who hides the number nothing is told (trust_id_outbound): phones show it in spite of a Privacy header.
    "trust_id_inbound": "'no'",
    "trust_id_outbound": "'no'",
    "send_pai": "'yes'",
    "send_connected_line": "'yes'",
    # A side that vanished in a call is noticed, also on hold: each session is refreshed, by us if the other side
    # cannot, and a refresh that nobody answers ends the call. Silence ends none: a muted phone may send nothing.
    "timers": "'always'",
    "timers_sess_expires": f"'{settings.DEAD_CALL_SECONDS}'",
    "rtp_timeout": "'0'",
    "language": "tenant.language",
    "tone_zone": "'pl'",
    "outbound_auth": "NULL",
    "outbound_proxy": "NULL",
    # The address for sound is the engine's own affair (asterisk/pjsip.conf): several engines read this view.
    "media_address": "NULL",
    # Plain sound. What is encrypted has an endpoint of its own (_ENCRYPTED).
    "media_encryption": "'no'",
    "media_encryption_optimistic": "'no'",
    "media_use_received_transport": "'no'",
    "use_avpf": "'no'",
    "dtls_auto_generate_cert": "'no'",
    "dtls_verify": "'no'",
    "dtls_setup": "NULL",
    "ice_support": "'no'",
    "rtcp_mux": "'no'",
    "bundle": "'no'",
    # What the other side hears while this one holds. With nothing at all it would think that we have hung up, and
    # carriers end calls without packets.
    "moh_suggest": f"CASE tenant.hold_sound WHEN 'silence' THEN 'silence' WHEN 'own' THEN {_OWN} ELSE 'default' END",
}
# An account's other sides, by the ends of their names: what has to be encrypted, by which nothing else is taken. Which
# side a call takes is said by edge and switchboard at each call (docs/decisions/0030). With other values (the received
# transport, optimism, AVP for DTLS) the engine takes plain sound, too.
_ENCRYPTED: dict[Encryption, Columns] = {
    # No T.38 (the last): faxes would go unencrypted.
    Encryption.DTLS: {
        "media_encryption": "'dtls'",
        "use_avpf": "'yes'",
        "dtls_auto_generate_cert": "'yes'",
        "dtls_verify": "'fingerprint'",
        "dtls_setup": "'passive'",
        "t38_udptl": "'no'",
    },
    Encryption.SDES: {"media_encryption": "'sdes'", "t38_udptl": "'no'"},
}
# Browsers want ICE, and sound and its reports on one port (RFC 8834). A side of their own: desk phones with DTLS that
# are called with ICE are not heard.
_ENCRYPTED[Encryption.WEB] = _ENCRYPTED[Encryption.DTLS] | {
    "ice_support": "'yes'",
    "rtcp_mux": "'yes'",
    "bundle": "'yes'",
}
_EDGE = "(SELECT address FROM edge)"
_BY_EDGE = f"'sip:' || {_EDGE} || ';lr'"
AOR: Columns = {
    "id": "account.login",
    # The edge knows the phones of the account and rings them all.
    "contact": f"'sip:' || account.login || '@' || {_EDGE}",
    "max_contacts": "'0'",
    "outbound_proxy": "NULL",
    "qualify_frequency": "'0'",
}
MAILBOX: Columns = {
    "uniqueid": "account.id",
    "mailbox": "account.id",
    "context": f"'{MAILBOXES}'",
    # No phone has keys for it, and none can change it (-): PINs are checked by us.
    "password": "'-closed'",
    # Seconds of sound. What is shorter is nobody's message (a caller who hung up at the tone), and is thrown away.
    "minsecs": "'2'",
}

# The other classes are in asterisk/musiconhold.conf. The engine looks into the folder each time.
HOLD_MUSIC: Columns = {
    "name": _OWN,
    "mode": "'files'",
    "directory": f"'{OWN_MUSIC_FOLDER}/' || tenant.id",
}

_TRUNK_ID = "'trunk-' || trunk.id"
_TRUNK_URI = (
    "'sip:' || trunk.host || ':' || trunk.port || CASE trunk.transport WHEN 'tcp' THEN ';transport=tcp' ELSE '' END"
)
_REGISTERS = "trunk.kind = 'registration'"

# A carrier is no phone: it is known by its address or by our registration at it, never by a name that it gives.
TRUNK_ENDPOINT: Columns = ENDPOINT | {
    "id": _TRUNK_ID,
    "aors": _TRUNK_ID,
    "context": "'outside'",
    # The side outside must not send the company's side elsewhere, at the company's expense.
    "allow_transfer": "'no'",
    "mailboxes": "NULL",
    "allow": "'alaw,ulaw,g722'",
    # For our fax receiver, and fax machines of accounts. A call with a phone that has no T.38 stays sound.
    "t38_udptl": "'yes'",
    # Who calls is read from its headers by the switchboard (calls/outside_caller.py). The engine itself knows but one
    # spelling of privacy, and would show our phones whatever number and name a carrier gives in the middle of a call.
    "trust_id_inbound": "'no'",
    "trust_id_outbound": "'yes'",
    "send_pai": "CASE WHEN trunk.sends_pai THEN 'yes' ELSE 'no' END",
    # A carrier need not know with which account its caller talks after a transfer.
    "send_connected_line": "'no'",
    "language": "'pl'",
    "outbound_auth": f"CASE WHEN {_REGISTERS} THEN {_TRUNK_ID} END",
    "outbound_proxy": _BY_EDGE,
    "callerid": "NULL",
    # It belongs to no company. A carrier that holds often sends music of its own; some send nothing.
    "moh_suggest": "'default'",
}
_OF_A_ROW = re.compile(r"\b(account|tenant|trunk)\.")
_NAMES = {"id", "aors"}
# The columns in which a saved change shows. The caller ID is added for each kind of database below.
VARIES = (
    "callerid",
    *(
        name
        for name in ENDPOINT
        if name not in _NAMES and any(_OF_A_ROW.search(columns[name]) for columns in (ENDPOINT, TRUNK_ENDPOINT))
    ),
)
TRUNK_AUTH: Columns = {
    "id": _TRUNK_ID,
    "auth_type": "'userpass'",
    "username": "trunk.username",
    "password": "trunk.password",
    "password_digest": "NULL",
    "realm": "NULL",
}
TRUNK_AOR: Columns = AOR | {"id": _TRUNK_ID, "contact": _TRUNK_URI, "outbound_proxy": _BY_EDGE}
# What the edge reads: the digests of passwords, each of login:centralka:password, with the networks from which they are
# believed; the addresses of carriers, and the marks of our registrations at them; and who is never blocked. Lists have
# commas. Among several engines: whose each number is.
EDGE_ACCOUNT: Columns = {
    "login": "account.login",
    "account": "account.login",
    "device": "NULL",
    "ha1": "account.password_digest",
    "networks": "tenant.networks",
    "media_encryption": "account.media_encryption",
}
# How a called account has to be encrypted is asked at each call: of one table it takes SQLite half as long.
EDGE_ENCRYPTION: Columns = {"login": "account.login", "media_encryption": "account.media_encryption"}
# A device of an account has a name and a digest of its own (docs/decisions/0040), and all of them have a view: by the
# name the edge knows which to ask, and SQLite takes three times as long to compile a statement over both.
EDGE_DEVICE: Columns = EDGE_ACCOUNT | {"login": "device.username", "device": "device.username", "ha1": "device.digest"}
# Phones in browsers have names and digests of their own, for as long as they are renewed and the session lives that got
# them (docs/decisions/0039). One that is over has no row, and hears what everybody hears whose password is wrong.
EDGE_BROWSER: Columns = EDGE_ACCOUNT | {"login": "phone.username", "ha1": "phone.digest"}
EDGE_CARRIER: Columns = {"endpoint": _TRUNK_ID, "addresses": "trunk.addresses"}
EDGE_REGISTRATION: Columns = {"mark": "trunk.mark", "endpoint": _TRUNK_ID, "username": "trunk.username"}
EDGE_NUMBER: Columns = {"number": "number.e164", "company": "tenant.slug"}
EDGE_SPARED: Columns = {"networks": "never_blocked.network"}

# In the name of a caller, the caller-id parser wants " and \ escaped. The driver for PostgreSQL (not the one for
# SQLite) then splits values at semicolons and reads ^xx as a character.
QUOTES = (("\\", "\\\\"), ('"', '\\"'))
CALLER_ID_ESCAPES = {"sqlite": QUOTES, "postgresql": (*QUOTES, ("^", "^5E"), (";", "^3B"))}
_SEMICOLON = {"sqlite": ";", "postgresql": "^3B"}


_ACCOUNTS = "sip_account account JOIN tenant ON tenant.id = account.tenant_id WHERE account.kind = 'voice'"
_DEVICES = """device
JOIN sip_account account ON account.id = device.sip_account_id
JOIN tenant ON tenant.id = account.tenant_id
WHERE account.kind = 'voice' AND device.revoked_at IS NULL"""
_TRUNKS = "trunk WHERE trunk.enabled"
_NOW = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "postgresql": "now()"}
_BROWSERS = """browser_phone phone
JOIN membership ON membership.id = phone.membership_id
JOIN person ON person.id = membership.person_id
JOIN django_session session ON session.session_key = phone.session_key
JOIN sip_account account ON account.id = membership.sip_account_id AND account.tenant_id = membership.tenant_id
JOIN tenant ON tenant.id = account.tenant_id
WHERE account.kind = 'voice' AND person.is_active AND phone.expires_at > {now} AND session.expire_date > {now}"""
_ENDPOINTS = ("ps_phones", "ps_trunks", "ps_encrypted")
"""The engine asks these one after the other: SQLite compiles each statement anew, and one over all takes it four times
as long as that over phones alone, which mostly has the answer."""
VIEWS = (
    "ps_endpoints",
    *_ENDPOINTS,
    "ps_auths",
    "ps_aors",
    "voicemail",
    "musiconhold",
    "edge_account",
    "edge_encryption",
    "edge_device",
    "edge_browser",
    "edge_carrier",
    "edge_registration",
    "edge_number",
    "edge_spared",
)
_OF_BEFORE = ("ps_endpoint_id_ips", "ps_registrations")


def create_views_sql(vendor: str) -> list[str]:
    """Return the statements that create the views, for Django's `connection.vendor`: "sqlite" or "postgresql"."""
    if vendor not in CALLER_ID_ESCAPES:
        raise ValueError(f"no views for {vendor}")
    endpoint = ENDPOINT | {"callerid": caller_id(vendor)}
    uri = _TRUNK_URI.replace(";", _SEMICOLON[vendor])
    proxy = {"outbound_proxy": _BY_EDGE.replace(";", _SEMICOLON[vendor])}
    carriers = f"{_TRUNKS} AND trunk.addresses <> ''"
    return [
        *(_create_index(each) for each in _ENCRYPTED),
        _create_view("ps_phones", (endpoint, _ACCOUNTS)),
        _create_view("ps_trunks", (TRUNK_ENDPOINT | proxy, _TRUNKS)),
        _create_view(
            "ps_encrypted",
            *((endpoint | {"id": _name_of(each)} | columns, _ACCOUNTS) for each, columns in _ENCRYPTED.items()),
        ),
        "CREATE VIEW ps_endpoints AS " + " UNION ALL ".join(f"SELECT * FROM {each}" for each in _ENDPOINTS),  # noqa: S608
        # Of trunks that are switched off, too: the carrier is perhaps pinged a moment longer (switch/trunks/pings.py).
        _create_view("ps_auths", (TRUNK_AUTH, f"trunk WHERE {_REGISTERS}")),
        _create_view("ps_aors", (AOR, _ACCOUNTS), (TRUNK_AOR | {"contact": uri} | proxy, _TRUNKS)),
        _create_view("voicemail", (MAILBOX, f"{_ACCOUNTS} AND {_HAS_MAILBOX}")),
        _create_view("musiconhold", (HOLD_MUSIC, "tenant WHERE tenant.hold_sound = 'own'")),
        _create_view("edge_account", (EDGE_ACCOUNT, _ACCOUNTS)),
        _create_view("edge_encryption", (EDGE_ENCRYPTION, "sip_account account WHERE account.kind = 'voice'")),
        _create_view("edge_device", (EDGE_DEVICE, _DEVICES)),
        _create_view("edge_browser", (EDGE_BROWSER, _BROWSERS.format(now=_NOW[vendor]))),
        _create_view("edge_carrier", (EDGE_CARRIER, carriers)),
        _create_view("edge_registration", (EDGE_REGISTRATION, f"{_TRUNKS} AND {_REGISTERS}")),
        _create_view("edge_number", (EDGE_NUMBER, "number JOIN tenant ON tenant.id = number.tenant_id")),
        _create_view("edge_spared", (EDGE_SPARED, "never_blocked"), ({"networks": "trunk.addresses"}, carriers)),
    ]


def drop_views_sql() -> list[str]:
    """Return the statements that drop the views; the same for every database."""
    return [f"DROP VIEW IF EXISTS {name}" for name in (*VIEWS, *_OF_BEFORE)]


def _name_of(encryption: Encryption) -> str:
    return f"account.login || '{encryption.value}'"


def _create_index(encryption: Encryption) -> str:
    """Write the statement for the index by which an account is found by the name of such a side."""
    name = column_sql(_name_of(encryption)).replace("account.", "")
    return f"CREATE INDEX IF NOT EXISTS sip_account{encryption.value.replace('.', '_')} ON sip_account (({name}))"


def _create_view(name: str, *sources: tuple[Columns, str]) -> str:
    """Write the statement for one view over the rows of each source: its columns, and its tables with the condition."""
    first, _rows = sources[0]
    selects = [f"SELECT\n  {_listed(columns, list(first))}\nFROM {rows}" for columns, rows in sources]
    return f"CREATE VIEW {name} AS " + "\nUNION ALL ".join(selects)


def _listed(columns: Columns, order: list[str]) -> str:
    return ",\n  ".join(f"{column_sql(columns[column])} AS {column}" for column in order)


def column_sql(expression: str) -> str:
    """Give the expression a type. A bare column stays bare: around `login` or `id` a cast would hide its index."""
    bare = re.fullmatch(r"\w+\.\w+", expression)
    return expression if bare else f"CAST({expression} AS VARCHAR(512))"


def caller_id(vendor: str) -> str:
    """Write the SQL of `"name" <number>`: the name that colleagues see goes with the number they see."""
    name = "account.name"
    for plain, escaped in CALLER_ID_ESCAPES[vendor]:
        name = f"replace({name}, '{plain}', '{escaped}')"
    return f"'\"' || {name} || '\" <' || COALESCE(account.internal_caller_id, account.extension) || '>'"
