-- A parameter that counted as a session id until a page showed other content: from which place on it counts
-- no more, and the address that shows it. What was not asked because of it is offered again then, and
-- has a new place.
ALTER TABLE learned ADD COLUMN until INTEGER;
ALTER TABLE learned ADD COLUMN against TEXT;
