-- Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS espo_inbox (
	number   INTEGER PRIMARY KEY AUTOINCREMENT,
	key      TEXT NOT NULL UNIQUE,
	record   TEXT NOT NULL,
	event    TEXT NOT NULL,
	id       TEXT NOT NULL,
	webhook  TEXT NOT NULL,
	data     BLOB NOT NULL,
	received INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	due      INTEGER NOT NULL DEFAULT 0, -- when it can be claimed
	token    TEXT NOT NULL DEFAULT '',   -- of its claim
	parked   INTEGER NOT NULL DEFAULT 0, -- when it was parked
	reason   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS espo_inbox_record ON espo_inbox (record, number) WHERE parked = 0;
CREATE INDEX IF NOT EXISTS espo_inbox_number ON espo_inbox (number) WHERE parked = 0;

CREATE TABLE IF NOT EXISTS espo_inbox_keys (
	key TEXT PRIMARY KEY,
	put INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS espo_inbox_keys_put ON espo_inbox_keys (put);

CREATE TABLE IF NOT EXISTS espo_values (
	key      TEXT PRIMARY KEY,
	value    BLOB NOT NULL,
	revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
