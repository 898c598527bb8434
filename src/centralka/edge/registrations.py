"""The table from which the edge's module uac wants to read our registrations at carriers when it starts.

It does not start without that table, and ours stays empty: the switchboard tells the edge where to register
(`switch.trunks.carrier_registrations`), so that no password of a carrier lies in another file.
"""

from pathlib import Path

from .own_database import prepare

# Kamailio's `uacreg`, version 5 (utils/kamctl/db_sqlite/uac-create.sql).
_TABLES = """
CREATE TABLE IF NOT EXISTS version (table_name VARCHAR(32) PRIMARY KEY NOT NULL, table_version INTEGER NOT NULL);
INSERT OR REPLACE INTO version VALUES ('uacreg', 5);
CREATE TABLE IF NOT EXISTS uacreg (
  id INTEGER PRIMARY KEY NOT NULL, l_uuid VARCHAR(64) NOT NULL, l_username VARCHAR(64) NOT NULL,
  l_domain VARCHAR(64) NOT NULL, r_username VARCHAR(64) NOT NULL, r_domain VARCHAR(64) NOT NULL,
  realm VARCHAR(64) NOT NULL, auth_username VARCHAR(64) NOT NULL, auth_password VARCHAR(64) NOT NULL,
  auth_ha1 VARCHAR(128) NOT NULL, auth_proxy VARCHAR(255) NOT NULL, expires INTEGER NOT NULL, flags INTEGER NOT NULL,
  reg_delay INTEGER NOT NULL, contact_addr VARCHAR(255) NOT NULL, socket VARCHAR(128) NOT NULL
);
"""


def prepare_registrations(path: Path) -> None:
    """Make the database if it is not there."""
    prepare(path, _TABLES)
