-- Exchanges for pages that were answered ahead of their turn, and belong to no visit yet.
CREATE TABLE held (
    exchange INTEGER PRIMARY KEY REFERENCES exchange (id)
);

-- Which try of its question an exchange was: 0 for the one that counts, which is the last.
ALTER TABLE exchange ADD COLUMN try INTEGER NOT NULL DEFAULT 0;
CREATE INDEX exchange_tried ON exchange (try) WHERE try > 0;

-- How an address was found first: seed, link or sitemap.
ALTER TABLE frontier ADD COLUMN found_by TEXT NOT NULL DEFAULT 'link';
