-- What of the brief was changed when a crawl was gone on with: budgets and pace. Values are JSON.
CREATE TABLE brief_change (
    id     INTEGER PRIMARY KEY,
    visit  INTEGER NOT NULL, -- the last one under the former value; 0 before the first
    field  TEXT    NOT NULL, -- a path of names in the brief
    before TEXT    NOT NULL,
    after  TEXT    NOT NULL
);
