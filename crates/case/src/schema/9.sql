-- What was lost of sitemaps, by the origin whose sitemaps were read, the sitemap, and what happened; `entries`
-- says how many entries were left out, where that is known. Written anew whenever the sitemaps of an
-- origin are read.
CREATE TABLE sitemap_loss (
    origin  TEXT    NOT NULL,
    address TEXT    NOT NULL,
    why     TEXT    NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (origin, address, why)
) WITHOUT ROWID;
