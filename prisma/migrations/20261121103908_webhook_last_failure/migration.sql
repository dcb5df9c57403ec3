-- AlterTable
ALTER TABLE "WebhookEndpoint" ADD COLUMN     "lastFailureAt" TIMESTAMPTZ(3);

-- Of endpoints that fail already it is not known, so their 5 days begin anew unless they have only just begun.
UPDATE "WebhookEndpoint" SET "lastFailureAt" = "failingSince";

-- What Prisma cannot express
ALTER TABLE "WebhookEndpoint"
    ADD CONSTRAINT "WebhookEndpoint_failing_check" CHECK (("failingSince" IS NULL) = ("lastFailureAt" IS NULL));
