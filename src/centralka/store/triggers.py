"""Triggers by which the database itself refuses every program to change a booking."""

_REFUSED = "a booking is never changed; book a correction"

# On SQLite a deletion passes: its tests empty tables that way.
_SQLITE = (
    "DROP TRIGGER IF EXISTS ledger_is_append_only",
    f"""
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END
""",
)
_POSTGRESQL = (
    f"""
CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$
""",
    "DROP TRIGGER IF EXISTS ledger_is_append_only ON ledger_entry",
    """
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()
""",
)


def make_triggers_sql(vendor: str) -> tuple[str, ...]:
    """Return the statements that make the triggers, or make them anew. For Django's `connection.vendor`."""
    return _SQLITE if vendor == "sqlite" else _POSTGRESQL
