-- What every commit added to the evidence, with its SHA-256 in hex: the stretches of a file lie end
-- to end, so that no byte of it, gzip headings and `warcinfo` included, is without a digest.
CREATE TABLE stretch (
    file   INTEGER NOT NULL REFERENCES evidence (number),
    offset INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    sha256 TEXT    NOT NULL,
    PRIMARY KEY (file, offset)
) WITHOUT ROWID;
