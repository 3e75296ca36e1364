-- What models think of a claim, as JSON; NULL where none was asked, and in ledgers that were stored before.
ALTER TABLE verification_claim ADD COLUMN opinions_json TEXT;
