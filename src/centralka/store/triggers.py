"""What the database itself refuses, whoever asks: a booking is never changed."""

_REFUSED = "a booking is never changed; book a correction"

_SQLITE = f"""
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END
"""
_POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()
"""


def create_triggers_sql(vendor: str) -> list[str]:
    """For Django's `connection.vendor`. On SQLite a deletion passes: its tests empty tables that way."""
    return [_SQLITE] if vendor == "sqlite" else [_POSTGRESQL_FUNCTION, _POSTGRESQL]


def drop_triggers_sql(vendor: str) -> list[str]:
    """What takes them away again."""
    drop = "DROP TRIGGER ledger_is_append_only"
    return [drop] if vendor == "sqlite" else [f"{drop} ON ledger_entry", "DROP FUNCTION refuse_ledger_change()"]
