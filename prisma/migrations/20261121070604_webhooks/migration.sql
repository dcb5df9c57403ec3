-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "WebhookDeactivationReason" AS ENUM ('BY_HAND', 'GONE', 'FAILING');

-- CreateTable
CREATE TABLE "WebhookEndpoint" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT,
    "events" TEXT[],
    "headers" JSONB NOT NULL,
    "secret" TEXT NOT NULL,
    "previousSecret" TEXT,
    "previousSecretUntil" TIMESTAMPTZ(3),
    "position" BIGINT NOT NULL,
    "replayUntil" BIGINT NOT NULL,
    "failingSince" TIMESTAMPTZ(3),
    "deactivatedAt" TIMESTAMPTZ(3),
    "deactivationReason" "WebhookDeactivationReason",
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WebhookEndpoint_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "endpointId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "eventType" TEXT NOT NULL,
    "position" BIGINT,
    "conversationId" UUID,
    "status" "DeliveryStatus" NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "claimedUntil" TIMESTAMPTZ(3),
    "lastAttemptAt" TIMESTAMPTZ(3),
    "durationMs" INTEGER,
    "statusCode" INTEGER,
    "errorMessage" TEXT,
    "responseBody" TEXT,
    "body" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateIndex
CREATE INDEX "WebhookDelivery_workspaceId_endpointId_id_idx" ON "WebhookDelivery"("workspaceId", "endpointId", "id");

-- CreateIndex
CREATE INDEX "WebhookDelivery_workspaceId_conversationId_idx" ON "WebhookDelivery"("workspaceId", "conversationId");

-- CreateIndex
CREATE INDEX "WebhookDelivery_createdAt_idx" ON "WebhookDelivery"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "WebhookDelivery_workspaceId_endpointId_eventId_key" ON "WebhookDelivery"("workspaceId", "endpointId", "eventId");

-- AddForeignKey
ALTER TABLE "WebhookEndpoint" ADD CONSTRAINT "WebhookEndpoint_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_workspaceId_endpointId_fkey" FOREIGN KEY ("workspaceId", "endpointId") REFERENCES "WebhookEndpoint"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What Prisma cannot express
CREATE INDEX "WebhookDelivery_due_idx" ON "WebhookDelivery"("workspaceId", "endpointId", "nextAttemptAt", "position") WHERE "status" = 'PENDING';

CREATE INDEX "WebhookDelivery_failed_idx" ON "WebhookDelivery"("workspaceId", "endpointId", "id") WHERE "status" = 'FAILED';

ALTER TABLE "WebhookEndpoint"
    ADD CONSTRAINT "WebhookEndpoint_deactivated_check" CHECK (("deactivatedAt" IS NULL) = ("deactivationReason" IS NULL)),
    ADD CONSTRAINT "WebhookEndpoint_previousSecret_check" CHECK (("previousSecret" IS NULL) = ("previousSecretUntil" IS NULL)),
    ADD CONSTRAINT "WebhookEndpoint_position_check" CHECK ("position" >= 0 AND "replayUntil" >= 0);

ALTER TABLE "WebhookDelivery"
    ADD CONSTRAINT "WebhookDelivery_pending_check" CHECK (("status" = 'PENDING') = ("nextAttemptAt" IS NOT NULL)),
    ADD CONSTRAINT "WebhookDelivery_attempts_check" CHECK ("attempts" >= 0);
