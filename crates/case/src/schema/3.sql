-- What every commit added to the evidence, with its SHA-256 in hex: the stretches of a file lie end
-- to end, so that no byte of it, gzip headings and `warcinfo` included, is without a digest.
CREATE TABLE stretch (
    file   INTEGER NOT NULL REFERENCES evidence (number),
    offset INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    sha256 TEXT    NOT NULL,
    PRIMARY KEY (file, offset)
) WITHOUT ROWID;

-- The first exchange with a payload, by the SHA-256 of the payload as it was received: those that
-- come later have a `revisit` record in its place.
CREATE TABLE payload (
    sha256   BLOB    PRIMARY KEY,
    exchange INTEGER NOT NULL REFERENCES exchange (id)
) WITHOUT ROWID;

-- Exchanges whose payload stands in the records of another.
CREATE TABLE revisit (
    exchange INTEGER PRIMARY KEY REFERENCES exchange (id),
    original INTEGER NOT NULL REFERENCES exchange (id)
);
