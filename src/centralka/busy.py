"""Wait for what others hold in the database, but not for ever; and tell that it was in vain."""

from django.db import DEFAULT_DB_ALIAS, connections

_BUSY_ON_POSTGRESQL = {"55P03", "40P01"}
"""`lock_not_available`, after `lock_timeout`, and `deadlock_detected`: nothing was written, and it can be tried again
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


def found_busy(fault: BaseException | None) -> bool:
    """Tell whether a statement failed because somebody else held what it needed; the fault's causes count.

    SQLite says SQLITE_BUSY or a kind of it (https://www.sqlite.org/rescode.html#busy).
    """
    while fault is not None:
        if getattr(fault, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            return True
        if getattr(fault, "sqlstate", "") in _BUSY_ON_POSTGRESQL:
            return True
        fault = fault.__cause__
    return False


def patience_on_postgresql(seconds: float) -> dict[str, object]:
    """Return the options of a connection that waits for a lock no longer than so: of a row, a table, or a turn
    (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)."""
    return {"options": f"-c lock_timeout={round(seconds * 1000)}"}


def be_patient_no_longer_than(seconds: float) -> None:
    """Limit the wait for a lock of this thread's connection, from the time when it is opened next."""
    connection = connections[DEFAULT_DB_ALIAS]
    limit = {"timeout": seconds} if connection.vendor == "sqlite" else patience_on_postgresql(seconds)
    options = {**connection.settings_dict["OPTIONS"], **limit}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
