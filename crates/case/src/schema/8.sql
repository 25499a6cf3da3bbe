-- What else is known of an address when it is offered: the band of the order in which its turn comes (0
-- before 1), its key where that is not the address itself, the place of the first address with the same
-- key, and why it is not asked, if that was decided when it was offered (such an entry is done from the
-- start and has no visit).
ALTER TABLE frontier ADD COLUMN band INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frontier ADD COLUMN key TEXT;
ALTER TABLE frontier ADD COLUMN variant_of INTEGER;
ALTER TABLE frontier ADD COLUMN withheld TEXT;
DROP INDEX frontier_waiting;
CREATE INDEX frontier_waiting ON frontier (band, place) WHERE done = 0;
CREATE INDEX frontier_key ON frontier (key) WHERE key IS NOT NULL AND withheld IS NULL;
CREATE INDEX frontier_variant ON frontier (variant_of) WHERE variant_of IS NOT NULL;
CREATE INDEX frontier_withheld ON frontier (withheld, place) WHERE withheld IS NOT NULL;

-- Patterns of addresses, in the order in which they were found, and what became of their addresses.
-- `state` is JSON of the crawl's own: what it needs to go on judging.
CREATE TABLE pattern (
    id       INTEGER PRIMARY KEY,
    template TEXT    NOT NULL,
    offered  INTEGER NOT NULL,
    asked    INTEGER NOT NULL,
    set_back INTEGER NOT NULL,
    withheld INTEGER NOT NULL,
    why      TEXT,
    state    TEXT    NOT NULL
);

-- Parameters that turned out to be session ids of a host: from which place on, and what shows it.
CREATE TABLE learned (
    host      TEXT    NOT NULL,
    parameter TEXT    NOT NULL,
    place     INTEGER NOT NULL,
    evidence  TEXT    NOT NULL, -- addresses, one a line
    PRIMARY KEY (host, parameter)
) WITHOUT ROWID;

-- What else the crawl remembers to go on as it was going: JSON of its own.
CREATE TABLE memory (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- References of a page that were not offered at all, by reason.
CREATE TABLE refused (
    place      INTEGER NOT NULL REFERENCES frontier (place),
    why        TEXT    NOT NULL,
    addresses  INTEGER NOT NULL,
    PRIMARY KEY (place, why)
) WITHOUT ROWID;
