"""The edge's own small database: registrations of phones, and blocks of strangers. It outlives the edge's process."""

from pathlib import Path

from .own_database import prepare

# Kamailio's `location`, version 9 (utils/kamctl/db_sqlite/usrloc-create.sql): what its module reads and writes.
_LOCATION = """
CREATE TABLE IF NOT EXISTS location (
  id INTEGER PRIMARY KEY NOT NULL, ruid VARCHAR(64) DEFAULT '' NOT NULL UNIQUE,
  username VARCHAR(64) DEFAULT '' NOT NULL,
  domain VARCHAR(64) DEFAULT NULL, contact VARCHAR(512) DEFAULT '' NOT NULL, received VARCHAR(255) DEFAULT NULL,
  path VARCHAR(512) DEFAULT NULL, expires TIMESTAMP WITHOUT TIME ZONE DEFAULT '2030-05-28 21:32:15' NOT NULL,
  q REAL DEFAULT 1.0 NOT NULL, callid VARCHAR(255) DEFAULT 'Default-Call-ID' NOT NULL, cseq INTEGER DEFAULT 1 NOT NULL,
  last_modified TIMESTAMP WITHOUT TIME ZONE DEFAULT '2000-01-01 00:00:01' NOT NULL, flags INTEGER DEFAULT 0 NOT NULL,
  cflags INTEGER DEFAULT 0 NOT NULL, user_agent VARCHAR(255) DEFAULT '' NOT NULL, socket VARCHAR(64) DEFAULT NULL,
  methods INTEGER DEFAULT NULL, instance VARCHAR(255) DEFAULT NULL, reg_id INTEGER DEFAULT 0 NOT NULL,
  server_id INTEGER DEFAULT 0 NOT NULL, connection_id INTEGER DEFAULT 0 NOT NULL, keepalive INTEGER DEFAULT 0 NOT NULL,
  partition INTEGER DEFAULT 0 NOT NULL
);
"""
# Which rows came, went, or say something else than before, in their order: a phone that only renews its registration,
# as nearly all do, is nothing to be read. A reader that is more than 20,000 changes behind reads `location` as a whole.
_CHANGES = """
CREATE TABLE IF NOT EXISTS change (seq INTEGER PRIMARY KEY, ruid VARCHAR(64) NOT NULL);
CREATE TRIGGER IF NOT EXISTS came AFTER INSERT ON location BEGIN INSERT INTO change (ruid) VALUES (NEW.ruid); END;
CREATE TRIGGER IF NOT EXISTS went AFTER DELETE ON location BEGIN INSERT INTO change (ruid) VALUES (OLD.ruid); END;
CREATE TRIGGER IF NOT EXISTS changed AFTER UPDATE ON location WHEN
  (OLD.username, OLD.contact, OLD.received, OLD.user_agent, OLD.callid)
  IS NOT (NEW.username, NEW.contact, NEW.received, NEW.user_agent, NEW.callid)
  BEGIN INSERT INTO change (ruid) VALUES (NEW.ruid); END;
CREATE TRIGGER IF NOT EXISTS enough AFTER INSERT ON change
  BEGIN DELETE FROM change WHERE seq <= NEW.seq - 20000; END;
"""
# A connection ends with the edge's process. So a phone's flag of one (edge/registrar.cfg) is not kept: the phone is
# asked again when it has come again, and not over somebody else's connection, or one that the edge would try to open.
_CONNECTIONS = """
CREATE TRIGGER IF NOT EXISTS connected AFTER INSERT ON location WHEN NEW.cflags != 0
  BEGIN UPDATE location SET cflags = 0 WHERE ruid = NEW.ruid; END;
CREATE TRIGGER IF NOT EXISTS still_connected AFTER UPDATE OF cflags ON location WHEN NEW.cflags != 0
  BEGIN UPDATE location SET cflags = 0 WHERE ruid = NEW.ruid; END;
"""
# With which device's password the phones came that did (docs/decisions/0040); `at`: in seconds since 1970, renewed as
# long as the phone is there. Rows of phones that have gone are removed when another comes to the account.
_DEVICES = """
CREATE TABLE IF NOT EXISTS device (
  call_id TEXT NOT NULL, login TEXT NOT NULL, device TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (login, call_id)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS another_device AFTER UPDATE OF device ON device WHEN OLD.device <> NEW.device
  BEGIN INSERT INTO change (ruid) SELECT ruid FROM location WHERE username = NEW.login AND callid = NEW.call_id; END;
CREATE TRIGGER IF NOT EXISTS device_came AFTER INSERT ON device BEGIN
  DELETE FROM device WHERE login = NEW.login AND at < NEW.at - 600
    AND call_id NOT IN (SELECT callid FROM location WHERE username = NEW.login);
END;
"""
# What Kamailio's htable reads at its start. `key_name`: an address or "login/…"; `key_value`: why; `expires`: in
# seconds since 1970. Of very many only those that end last, since they have to fit into the memory of one process.
_BLOCKED = """
CREATE TABLE IF NOT EXISTS blocked (
  key_name TEXT PRIMARY KEY NOT NULL, key_type INTEGER NOT NULL, value_type INTEGER NOT NULL, key_value TEXT NOT NULL,
  expires INTEGER NOT NULL
);
CREATE VIEW IF NOT EXISTS newest_blocked AS SELECT * FROM blocked ORDER BY expires DESC LIMIT 5000;
"""
# One row, which the edge writes every ten seconds to see whether it can (edge/registrar.cfg); `at`: in seconds since
# 1970.
_WRITTEN = """
CREATE TABLE IF NOT EXISTS written (id INTEGER PRIMARY KEY NOT NULL, at INTEGER NOT NULL);
"""


def prepare_contacts(path: Path) -> None:
    """Make the database if it is not there."""
    prepare(path, _LOCATION + _CHANGES + _CONNECTIONS + _DEVICES + _BLOCKED + _WRITTEN)
