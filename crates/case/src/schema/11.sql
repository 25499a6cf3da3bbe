-- No table changes: from here on the facts of a visit are kept in Snappy's frames, which older programs
-- do not read. Those of earlier visits stay in gzip or zlib; the first byte tells.
SELECT 1;
