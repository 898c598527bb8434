"""The edge's database of lamps: the phones that asked for them, and what they show. It outlives the edge's process."""

from pathlib import Path

from .own_database import prepare

# Kamailio's `active_watchers` (version 12), `presentity` (5) and `watchers` (3), which its module presence reads and
# writes (utils/kamctl/db_sqlite/presence-create.sql); it looks at their versions when it starts.
_TABLES = """
CREATE TABLE IF NOT EXISTS version (table_name VARCHAR(32) PRIMARY KEY NOT NULL, table_version INTEGER NOT NULL);
INSERT OR REPLACE INTO version VALUES ('active_watchers', 12), ('presentity', 5), ('watchers', 3);
CREATE TABLE IF NOT EXISTS presentity (
  id INTEGER PRIMARY KEY NOT NULL, username VARCHAR(64) NOT NULL, domain VARCHAR(64) NOT NULL,
  event VARCHAR(64) NOT NULL, etag VARCHAR(128) NOT NULL, expires INTEGER NOT NULL, received_time INTEGER NOT NULL,
  body BLOB NOT NULL, sender VARCHAR(255) NOT NULL, priority INTEGER DEFAULT 0 NOT NULL, ruid VARCHAR(64) UNIQUE,
  UNIQUE (username, domain, event, etag)
);
CREATE TABLE IF NOT EXISTS active_watchers (
  id INTEGER PRIMARY KEY NOT NULL, presentity_uri VARCHAR(255) NOT NULL, watcher_username VARCHAR(64) NOT NULL,
  watcher_domain VARCHAR(64) NOT NULL, to_user VARCHAR(64) NOT NULL, to_domain VARCHAR(64) NOT NULL,
  event VARCHAR(64) DEFAULT 'presence' NOT NULL, event_id VARCHAR(64), to_tag VARCHAR(128) NOT NULL,
  from_tag VARCHAR(128) NOT NULL, callid VARCHAR(255) NOT NULL, local_cseq INTEGER NOT NULL,
  remote_cseq INTEGER NOT NULL, contact VARCHAR(255) NOT NULL, record_route TEXT, expires INTEGER NOT NULL,
  status INTEGER DEFAULT 2 NOT NULL, reason VARCHAR(64), version INTEGER DEFAULT 0 NOT NULL,
  socket_info VARCHAR(64) NOT NULL, local_contact VARCHAR(255) NOT NULL, from_user VARCHAR(64) NOT NULL,
  from_domain VARCHAR(64) NOT NULL, updated INTEGER NOT NULL, updated_winfo INTEGER NOT NULL,
  flags INTEGER DEFAULT 0 NOT NULL, user_agent VARCHAR(255) DEFAULT '', UNIQUE (callid, to_tag, from_tag)
);
CREATE INDEX IF NOT EXISTS active_watchers_expires ON active_watchers (expires);
CREATE INDEX IF NOT EXISTS active_watchers_account ON active_watchers (watcher_username);
CREATE INDEX IF NOT EXISTS active_watchers_lamp ON active_watchers (presentity_uri, event);
CREATE TABLE IF NOT EXISTS watchers (
  id INTEGER PRIMARY KEY NOT NULL, presentity_uri VARCHAR(255) NOT NULL, watcher_username VARCHAR(64) NOT NULL,
  watcher_domain VARCHAR(64) NOT NULL, event VARCHAR(64) DEFAULT 'presence' NOT NULL, status INTEGER NOT NULL,
  reason VARCHAR(64), inserted_time INTEGER NOT NULL,
  UNIQUE (presentity_uri, watcher_username, watcher_domain, event)
);
"""


def prepare_lamps(path: Path) -> None:
    """Make the database if it is not there. Edge and switchboard both write it."""
    prepare(path, _TABLES)
