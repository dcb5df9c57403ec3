-- A repeated request is answered as the first one was, also if that was refused, and with the cursor of its last event.
ALTER TABLE "IdempotencyClaim" ADD COLUMN "failure" JSONB, ADD COLUMN "eventId" UUID;
