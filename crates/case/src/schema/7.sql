-- The description with which a file of evidence begins, by its record id.
ALTER TABLE evidence ADD COLUMN warcinfo TEXT;

-- SHA-256 of the payload of an answer as it was received.
ALTER TABLE exchange ADD COLUMN payload_sha256 BLOB;

-- What was cut off the evidence when the case was opened again: it belonged to a commit that had not
-- ended.
CREATE TABLE torn (
    id    INTEGER PRIMARY KEY,
    visit INTEGER NOT NULL, -- the last one that was committed
    file  INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);
