-- What the case itself needs: the brief, the reason of the stop. Values are JSON.
CREATE TABLE property (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- What other steps of the corridor want to be kept. Values are JSON.
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Every address that was ever offered, in the order of offering.
CREATE TABLE frontier (
    place     INTEGER PRIMARY KEY,
    address   TEXT    NOT NULL UNIQUE,
    referrer  TEXT,
    depth     INTEGER NOT NULL,
    redirects INTEGER NOT NULL,
    beyond    INTEGER NOT NULL,
    in_scope  INTEGER NOT NULL,
    done      INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX frontier_waiting ON frontier (place) WHERE done = 0;

-- The guises in which was asked.
CREATE TABLE guise (
    id              INTEGER PRIMARY KEY,
    vantage         TEXT NOT NULL,
    user_agent      TEXT NOT NULL,
    accept_language TEXT NOT NULL,
    UNIQUE (vantage, user_agent, accept_language)
);

-- The files of evidence. What lies behind `bytes` was never committed.
CREATE TABLE evidence (
    number INTEGER PRIMARY KEY,
    bytes  INTEGER NOT NULL
);

-- Every exchange, for pages and for what pages need.
CREATE TABLE exchange (
    id           INTEGER PRIMARY KEY,
    address      TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    vantage      TEXT    NOT NULL,
    guise        INTEGER NOT NULL REFERENCES guise (id),
    referrer     TEXT,
    peer         TEXT,
    started      INTEGER NOT NULL, -- milliseconds since 1970
    elapsed      INTEGER NOT NULL, -- nanoseconds
    outcome      TEXT    NOT NULL, -- answered, declined, unreachable
    why          TEXT,             -- of declined and unreachable
    sent         TEXT,             -- request headers as JSON, where there is no evidence record
    status       INTEGER,
    http_version TEXT,
    content_type TEXT,
    body_sha256  TEXT,             -- of the decoded body
    body_bytes   INTEGER NOT NULL DEFAULT 0,
    cut          TEXT,
    file         INTEGER REFERENCES evidence (number),
    offset       INTEGER,          -- of the first of its records in the file
    bytes        INTEGER           -- of all its records in the file
);
CREATE INDEX exchange_asked ON exchange (address, purpose, vantage);

-- Every exchange for a page, numbered densely in the order of the crawl.
CREATE TABLE visit (
    id       INTEGER PRIMARY KEY,
    place    INTEGER NOT NULL REFERENCES frontier (place),
    exchange INTEGER NOT NULL REFERENCES exchange (id),
    churns   INTEGER NOT NULL
);
CREATE INDEX visit_of_place ON visit (place);

-- What was read in a visit: JSON, compressed by zlib.
CREATE TABLE facts (
    visit INTEGER PRIMARY KEY REFERENCES visit (id),
    json  BLOB NOT NULL
);
