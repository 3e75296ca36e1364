-- What the sources say of a claim in one word; NULL in ledgers that were stored before there was one.
ALTER TABLE verification_claim ADD COLUMN verdict TEXT;
