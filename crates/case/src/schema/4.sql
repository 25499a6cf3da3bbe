-- Where addresses take their visitor by themselves: the members of chains of redirects, refreshes and
-- scripts. `ended` says how the chain ends there; members of a circle are told when a crawl stops.
CREATE TABLE way_on (
    place  INTEGER PRIMARY KEY REFERENCES frontier (place),
    kind   TEXT NOT NULL, -- the word of a hop kind
    href   TEXT NOT NULL, -- the reference as written
    target TEXT,          -- where it leads; NULL when that is no page
    ended  TEXT           -- the word of an end of a chain
);

-- The word of a chain that is longer than the budget says which of the ends it is.
UPDATE exchange SET why = 'endless-redirects' WHERE why = 'redirects';

-- What an address is to the scope, in words.
ALTER TABLE frontier ADD COLUMN reach TEXT GENERATED ALWAYS AS (
    CASE WHEN in_scope THEN 'in scope'
        WHEN beyond <= 1 THEN 'out of scope, landing only'
        ELSE 'out of scope, onward' END
) VIRTUAL;
