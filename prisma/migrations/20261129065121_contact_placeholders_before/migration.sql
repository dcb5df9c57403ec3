-- Of contacts from before the column, the name being one of their addresses tells that none was given. A migration of
-- its own, so that adding the column does not lock the table for as long as this reads it.
UPDATE "Contact" SET "nameIsPlaceholder" = true WHERE name IN (phone, email, "externalId");
