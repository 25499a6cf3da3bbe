-- What a guise says besides: where it comes from (unsaid, search, market), and whether it keeps cookies
-- (keep, refuse).
ALTER TABLE guise ADD COLUMN referral TEXT NOT NULL DEFAULT 'unsaid';
ALTER TABLE guise ADD COLUMN cookies TEXT NOT NULL DEFAULT 'refuse';

-- Cookies of the jar of a vantage that went with the question, as `Cookie` has them.
ALTER TABLE exchange ADD COLUMN cookies TEXT;

-- What the redirects that led to an address set, as a JSON array; NULL for nothing.
ALTER TABLE frontier ADD COLUMN cookies TEXT;

-- A `try` of -1 is an answer that was held ahead of its turn and did not count then.

-- Whether the other vantages asked for a page, too: 'asked', or 'spent' where their budget was; NULL
-- where they had no reason to.
ALTER TABLE frontier ADD COLUMN reask TEXT;
CREATE INDEX frontier_reasked ON frontier (reask) WHERE reask IS NOT NULL;

-- The first exchange of the primary vantage that a host answered: the cookies that it set are those of
-- the vantage at that host.
CREATE TABLE session (
    host     TEXT    PRIMARY KEY,
    exchange INTEGER NOT NULL REFERENCES exchange (id)
) WITHOUT ROWID;
