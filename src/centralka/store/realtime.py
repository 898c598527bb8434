"""The database views through which the Asterisk engine reads accounts; the migrations run this SQL.

There is no copy to keep in step: a saved change counts at the account's next REGISTER or INVITE.

With the modules that we load, the engine only asks `WHERE id = …` (PostgreSQL's log, Asterisk 22.10). Whoever loads
another module looks again: a column that the engine asks for and a view lacks is silently true for every row on SQLite,
where a name in double quotes that is no column becomes a string.
"""

Columns = dict[str, str]

# The expression `account.…`/`tenant.…` or the constant behind each column; every value is text, as the engine reads it.
ENDPOINT: Columns = {
    "id": "account.login",
    "aors": "account.login",
    "auth": "account.login",
    "identify_by": "'username'",
    "context": "'internal'",
    "disallow": "'all'",
    # g722 first: colleagues hear each other in wideband. Then what every phone and carrier in Europe has.
    "allow": "'g722,alaw,ulaw'",
    # Media stays with us: phones behind NAT could not reach each other, and a call could not be ended by time or money.
    "direct_media": "'no'",
    "rtp_symmetric": "'yes'",
    "force_rport": "'yes'",
    "rewrite_contact": "'yes'",
    "dtmf_mode": "'rfc4733'",
    "max_video_streams": "'0'",
    "sdp_session": "'Centralka'",
    "allow_overlap": "'no'",
    "allow_subscribe": "'no'",
    # What a phone says about its own name and number is not believed; what we know is told to the other phone. Of a
    # caller who hides the number nothing is told (trust_id_outbound): phones show it in spite of a Privacy header.
    "trust_id_inbound": "'no'",
    "trust_id_outbound": "'no'",
    "send_pai": "'yes'",
    # A phone that vanished in a call is noticed: by a missing refresh, else (old phones) by 15 minutes of silence.
    "timers": "'yes'",
    "timers_sess_expires": "'600'",
    "rtp_timeout": "'900'",
    "language": "'pl'",
    "tone_zone": "'pl'",
}
AUTH: Columns = {
    "id": "account.login",
    "auth_type": "'digest'",
    "username": "account.login",
    "password_digest": "'MD5:' || account.password_digest",
    # The digest was computed with this realm; see default_realm in asterisk/pjsip.conf.
    "realm": "'centralka'",
}
AOR: Columns = {
    "id": "account.login",
    # Several phones of one account all ring. At the limit the contact that expires first makes room, so a phone that
    # comes back with another port never locks itself out; what it left behind is gone after maximum_expiration.
    "max_contacts": "'10'",
    "remove_existing": "'yes'",
    "minimum_expiration": "'60'",
    "default_expiration": "'300'",
    "maximum_expiration": "'300'",
    # Asking tens of thousands of phones whether they are there overloads one task of the engine.
    "qualify_frequency": "'0'",
}

# In the name of a caller, the caller-id parser wants " and \ escaped. The driver for PostgreSQL (not the one for
# SQLite) then splits values at semicolons and reads ^xx as a character.
QUOTES = (("\\", "\\\\"), ('"', '\\"'))
CALLER_ID_ESCAPES = {"sqlite": QUOTES, "postgresql": (*QUOTES, ("^", "^5E"), (";", "^3B"))}


def create_views_sql(vendor: str) -> list[str]:
    """The statements that create the views, for Django's `connection.vendor`: "sqlite" or "postgresql"."""
    if vendor not in CALLER_ID_ESCAPES:
        raise ValueError(f"no views for {vendor}")
    endpoint = ENDPOINT | {"callerid": caller_id(vendor)}
    views = {"ps_endpoints": endpoint, "ps_auths": AUTH, "ps_aors": AOR}
    return [create_view(name, columns) for name, columns in views.items()]


def drop_views_sql() -> list[str]:
    """The statements that drop the views; the same for every database."""
    return [f"DROP VIEW IF EXISTS {name}" for name in ("ps_endpoints", "ps_auths", "ps_aors")]


def create_view(name: str, columns: Columns) -> str:
    """One view over the voice accounts."""
    listed = ",\n  ".join(f"{column_sql(expression)} AS {column}" for column, expression in columns.items())
    return f"CREATE VIEW {name} AS SELECT\n  {listed}\nFROM sip_account account WHERE account.kind = 'voice'"


def column_sql(expression: str) -> str:
    """The expression, a constant with a type. A column stays bare: around `login` a cast would hide its index."""
    return f"CAST({expression} AS VARCHAR(255))" if expression.startswith("'") else expression


def caller_id(vendor: str) -> str:
    """The SQL of `"name" <number>`: the name that colleagues see goes with the number they see."""
    name = "account.name"
    for plain, escaped in CALLER_ID_ESCAPES[vendor]:
        name = f"replace({name}, '{plain}', '{escaped}')"
    return f"'\"' || {name} || '\" <' || COALESCE(account.internal_caller_id, account.extension) || '>'"
