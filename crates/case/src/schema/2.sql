-- Exchanges for pages that were answered ahead of their turn, and belong to no visit yet.
CREATE TABLE held (
    exchange INTEGER PRIMARY KEY REFERENCES exchange (id)
);
