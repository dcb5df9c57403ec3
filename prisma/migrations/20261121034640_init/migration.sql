-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('OWNER', 'ADMIN', 'AGENT', 'READ_ONLY');

-- CreateEnum
CREATE TYPE "ApiKeyScope" AS ENUM ('READ', 'WRITE', 'ADMIN');

-- CreateEnum
CREATE TYPE "ActorType" AS ENUM ('USER', 'BOT', 'CONTACT', 'API_KEY', 'SYSTEM');

-- CreateEnum
CREATE TYPE "ChannelType" AS ENUM ('WHATSAPP', 'TELEGRAM', 'SMS', 'EMAIL', 'WEBCHAT', 'FACEBOOK', 'INSTAGRAM', 'VOICE', 'RCS', 'API');

-- CreateEnum
CREATE TYPE "ConversationStatus" AS ENUM ('OPEN', 'PENDING', 'SNOOZED', 'CLOSED');

-- CreateEnum
CREATE TYPE "Priority" AS ENUM ('LOW', 'NORMAL', 'HIGH', 'URGENT');

-- CreateEnum
CREATE TYPE "Resolution" AS ENUM ('RESOLVED', 'UNRESOLVED', 'SPAM', 'EXPIRED', 'FAILED', 'SWITCHED');

-- CreateEnum
CREATE TYPE "ParticipantRole" AS ENUM ('CUSTOMER', 'AGENT', 'BOT');

-- CreateEnum
CREATE TYPE "MessageDirection" AS ENUM ('INBOUND', 'OUTBOUND');

-- CreateEnum
CREATE TYPE "MessageStatus" AS ENUM ('PENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED');

-- CreateEnum
CREATE TYPE "ProspectStatus" AS ENUM ('NEW', 'GENERAL_ENQUIRY', 'SCHEDULED_CALLBACK_WITH_BOT', 'SCHEDULED_APPOINTMENT_WITH_PERSON', 'SCHEDULED_APPOINTMENT_FOR_SERVICE', 'NOT_INTERESTED', 'PRODUCT_ORDER_PLACED', 'SERVICE_ORDER_PLACED');

-- CreateTable
CREATE TABLE "ServerSecret" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ServerSecret_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Actor" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "type" "ActorType" NOT NULL,

    CONSTRAINT "Actor_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "User" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "avatarUrl" TEXT,
    "role" "UserRole" NOT NULL,
    "deactivatedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "Bot" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "externalId" TEXT,
    "deactivatedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Bot_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" "ApiKeyScope"[],
    "botId" UUID,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "Channel" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "type" "ChannelType" NOT NULL,
    "externalId" TEXT,
    "allowMany" BOOLEAN NOT NULL,
    "reopenWithinSeconds" INTEGER,
    "deactivatedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Channel_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "Contact" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT,
    "email" TEXT,
    "avatarUrl" TEXT,
    "externalId" TEXT,
    "tags" TEXT[],
    "metadata" JSONB NOT NULL,
    "deletedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "Prospect" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "status" "ProspectStatus" NOT NULL,
    "properties" JSONB NOT NULL,
    "externalReferences" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Prospect_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "ProspectLink" (
    "workspaceId" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "prospectId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ProspectLink_pkey" PRIMARY KEY ("workspaceId","conversationId","prospectId")
);

-- CreateTable
CREATE TABLE "Conversation" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "externalId" TEXT,
    "subject" TEXT,
    "status" "ConversationStatus" NOT NULL,
    "priority" "Priority" NOT NULL,
    "channelId" UUID,
    "contactId" UUID,
    "ownerId" UUID,
    "botId" UUID,
    "botActive" BOOLEAN NOT NULL,
    "clientBotId" UUID,
    "exclusive" BOOLEAN NOT NULL,
    "assigneeUserId" UUID,
    "assigneeBotId" UUID,
    "assignedAt" TIMESTAMPTZ(3),
    "assignedByType" "ActorType",
    "assignedById" UUID,
    "assignmentNote" TEXT,
    "tags" TEXT[],
    "metadata" JSONB NOT NULL,
    "flowId" TEXT,
    "stepId" TEXT,
    "messageCount" INTEGER NOT NULL,
    "inboundCount" INTEGER NOT NULL,
    "teamReadSeq" INTEGER NOT NULL,
    "teamReadInbound" INTEGER NOT NULL,
    "firstMessageAt" TIMESTAMPTZ(3),
    "lastMessageAt" TIMESTAMPTZ(3),
    -- By hand: Prisma does not know generated columns.
    "lastMessageOrCreatedAt" TIMESTAMPTZ(3) GENERATED ALWAYS AS (coalesce("lastMessageAt", "createdAt")) STORED NOT NULL,
    "lastInteractionAt" TIMESTAMPTZ(3) NOT NULL,
    "snoozedUntil" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "closedByType" "ActorType",
    "closedById" UUID,
    "closureReason" TEXT,
    "resolution" "Resolution",
    "closureNotes" TEXT,
    "reopenedAt" TIMESTAMPTZ(3),
    "reopenedByType" "ActorType",
    "reopenedById" UUID,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Conversation_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "Participant" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "actorType" "ActorType" NOT NULL,
    "actorId" UUID NOT NULL,
    "role" "ParticipantRole" NOT NULL,
    "joinedAt" TIMESTAMPTZ(3) NOT NULL,
    "leftAt" TIMESTAMPTZ(3),
    "lastMessageAt" TIMESTAMPTZ(3),

    CONSTRAINT "Participant_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "ReadPosition" (
    "workspaceId" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "inboundCount" INTEGER NOT NULL,
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ReadPosition_pkey" PRIMARY KEY ("workspaceId","conversationId","actorId")
);

-- CreateTable
CREATE TABLE "Message" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "inboundSeq" INTEGER NOT NULL,
    "channelId" UUID,
    "direction" "MessageDirection" NOT NULL,
    "authorType" "ActorType" NOT NULL,
    "authorId" UUID,
    "text" TEXT,
    "content" JSONB NOT NULL,
    "status" "MessageStatus" NOT NULL,
    "errorMessage" TEXT,
    "externalId" TEXT,
    "clientMessageId" TEXT,
    "metadata" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Message_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "Transfer" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "byType" "ActorType" NOT NULL,
    "byId" UUID,
    "fromId" UUID,
    "fromType" "ActorType",
    "toId" UUID NOT NULL,
    "toType" "ActorType" NOT NULL,
    "reason" TEXT,
    "summary" TEXT,

    CONSTRAINT "Transfer_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateTable
CREATE TABLE "EventHead" (
    "workspaceId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "eventId" UUID,

    CONSTRAINT "EventHead_pkey" PRIMARY KEY ("workspaceId")
);

-- CreateTable
CREATE TABLE "Event" (
    "workspaceId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "conversationId" UUID NOT NULL,
    "contactId" UUID,
    "ownerId" UUID,
    "actorType" "ActorType" NOT NULL,
    "actorId" UUID,
    "payload" JSONB NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("workspaceId","position")
);

-- CreateTable
CREATE TABLE "IdempotencyClaim" (
    "workspaceId" UUID NOT NULL,
    "callerId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "mutation" TEXT NOT NULL,
    "inputHash" BYTEA NOT NULL,
    "result" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "IdempotencyClaim_pkey" PRIMARY KEY ("workspaceId","callerId","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "Workspace_slug_key" ON "Workspace"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "User_workspaceId_email_key" ON "User"("workspaceId", "email");

-- CreateIndex
CREATE UNIQUE INDEX "Bot_workspaceId_externalId_key" ON "Bot"("workspaceId", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "Channel_workspaceId_externalId_key" ON "Channel"("workspaceId", "externalId");

-- CreateIndex
CREATE INDEX "Contact_workspaceId_updatedAt_id_idx" ON "Contact"("workspaceId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Contact_tags_idx" ON "Contact" USING GIN ("tags");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_workspaceId_phone_key" ON "Contact"("workspaceId", "phone");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_workspaceId_email_key" ON "Contact"("workspaceId", "email");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_workspaceId_externalId_key" ON "Contact"("workspaceId", "externalId");

-- CreateIndex
CREATE INDEX "Prospect_workspaceId_updatedAt_id_idx" ON "Prospect"("workspaceId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "ProspectLink_workspaceId_prospectId_idx" ON "ProspectLink"("workspaceId", "prospectId");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_updatedAt_id_idx" ON "Conversation"("workspaceId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_status_updatedAt_id_idx" ON "Conversation"("workspaceId", "status", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_createdAt_id_idx" ON "Conversation"("workspaceId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_lastMessageOrCreatedAt_id_idx" ON "Conversation"("workspaceId", "lastMessageOrCreatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_priority_id_idx" ON "Conversation"("workspaceId", "priority", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_channelId_updatedAt_id_idx" ON "Conversation"("workspaceId", "channelId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_contactId_updatedAt_id_idx" ON "Conversation"("workspaceId", "contactId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_ownerId_updatedAt_id_idx" ON "Conversation"("workspaceId", "ownerId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_botId_updatedAt_id_idx" ON "Conversation"("workspaceId", "botId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_assigneeUserId_updatedAt_id_idx" ON "Conversation"("workspaceId", "assigneeUserId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_workspaceId_assigneeBotId_updatedAt_id_idx" ON "Conversation"("workspaceId", "assigneeBotId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_tags_idx" ON "Conversation" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "Participant_workspaceId_conversationId_joinedAt_id_idx" ON "Participant"("workspaceId", "conversationId", "joinedAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Message_workspaceId_conversationId_seq_key" ON "Message"("workspaceId", "conversationId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "Message_workspaceId_conversationId_clientMessageId_key" ON "Message"("workspaceId", "conversationId", "clientMessageId");

-- CreateIndex
CREATE INDEX "Transfer_workspaceId_conversationId_at_id_idx" ON "Transfer"("workspaceId", "conversationId", "at", "id");

-- CreateIndex
CREATE INDEX "Event_workspaceId_conversationId_position_idx" ON "Event"("workspaceId", "conversationId", "position");

-- CreateIndex
CREATE INDEX "Event_workspaceId_contactId_position_idx" ON "Event"("workspaceId", "contactId", "position");

-- CreateIndex
CREATE INDEX "Event_workspaceId_ownerId_position_idx" ON "Event"("workspaceId", "ownerId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Event_workspaceId_id_key" ON "Event"("workspaceId", "id");

-- CreateIndex
CREATE INDEX "IdempotencyClaim_createdAt_idx" ON "IdempotencyClaim"("createdAt");

-- AddForeignKey
ALTER TABLE "Actor" ADD CONSTRAINT "Actor_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_workspaceId_id_fkey" FOREIGN KEY ("workspaceId", "id") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Bot" ADD CONSTRAINT "Bot_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Bot" ADD CONSTRAINT "Bot_workspaceId_id_fkey" FOREIGN KEY ("workspaceId", "id") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_workspaceId_id_fkey" FOREIGN KEY ("workspaceId", "id") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_workspaceId_botId_fkey" FOREIGN KEY ("workspaceId", "botId") REFERENCES "Bot"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Channel" ADD CONSTRAINT "Channel_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_workspaceId_id_fkey" FOREIGN KEY ("workspaceId", "id") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ProspectLink" ADD CONSTRAINT "ProspectLink_workspaceId_conversationId_fkey" FOREIGN KEY ("workspaceId", "conversationId") REFERENCES "Conversation"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ProspectLink" ADD CONSTRAINT "ProspectLink_workspaceId_prospectId_fkey" FOREIGN KEY ("workspaceId", "prospectId") REFERENCES "Prospect"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_channelId_fkey" FOREIGN KEY ("workspaceId", "channelId") REFERENCES "Channel"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_contactId_fkey" FOREIGN KEY ("workspaceId", "contactId") REFERENCES "Contact"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_ownerId_fkey" FOREIGN KEY ("workspaceId", "ownerId") REFERENCES "User"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_botId_fkey" FOREIGN KEY ("workspaceId", "botId") REFERENCES "Bot"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_clientBotId_fkey" FOREIGN KEY ("workspaceId", "clientBotId") REFERENCES "Bot"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_assigneeUserId_fkey" FOREIGN KEY ("workspaceId", "assigneeUserId") REFERENCES "User"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_assigneeBotId_fkey" FOREIGN KEY ("workspaceId", "assigneeBotId") REFERENCES "Bot"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_assignedById_fkey" FOREIGN KEY ("workspaceId", "assignedById") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_closedById_fkey" FOREIGN KEY ("workspaceId", "closedById") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_workspaceId_reopenedById_fkey" FOREIGN KEY ("workspaceId", "reopenedById") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Participant" ADD CONSTRAINT "Participant_workspaceId_conversationId_fkey" FOREIGN KEY ("workspaceId", "conversationId") REFERENCES "Conversation"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Participant" ADD CONSTRAINT "Participant_workspaceId_actorId_fkey" FOREIGN KEY ("workspaceId", "actorId") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ReadPosition" ADD CONSTRAINT "ReadPosition_workspaceId_conversationId_fkey" FOREIGN KEY ("workspaceId", "conversationId") REFERENCES "Conversation"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ReadPosition" ADD CONSTRAINT "ReadPosition_workspaceId_actorId_fkey" FOREIGN KEY ("workspaceId", "actorId") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_workspaceId_conversationId_fkey" FOREIGN KEY ("workspaceId", "conversationId") REFERENCES "Conversation"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_workspaceId_channelId_fkey" FOREIGN KEY ("workspaceId", "channelId") REFERENCES "Channel"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_workspaceId_authorId_fkey" FOREIGN KEY ("workspaceId", "authorId") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_workspaceId_conversationId_fkey" FOREIGN KEY ("workspaceId", "conversationId") REFERENCES "Conversation"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_workspaceId_byId_fkey" FOREIGN KEY ("workspaceId", "byId") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_workspaceId_fromId_fkey" FOREIGN KEY ("workspaceId", "fromId") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_workspaceId_toId_fkey" FOREIGN KEY ("workspaceId", "toId") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- By hand, from here on: what Prisma cannot express and does not see when it compares the schema with the migrations.

-- Only one active conversation of a contact on a channel, unless the channel allows many.
CREATE UNIQUE INDEX "Conversation_active_key" ON "Conversation"("workspaceId", "channelId", "contactId") WHERE "exclusive" AND "status" <> 'CLOSED';

-- An externalId is unique within its client's triple, or within the workspace without one.
CREATE UNIQUE INDEX "Conversation_externalId_client_key" ON "Conversation"("workspaceId", "clientBotId", "contactId", "channelId", "externalId") WHERE "clientBotId" IS NOT NULL;
CREATE UNIQUE INDEX "Conversation_externalId_key" ON "Conversation"("workspaceId", "externalId") WHERE "clientBotId" IS NULL;

-- For the timers: few rows have one.
CREATE INDEX "Conversation_snoozed_idx" ON "Conversation"("snoozedUntil") WHERE "status" = 'SNOOZED';
CREATE INDEX "Conversation_expires_idx" ON "Conversation"("expiresAt") WHERE "expiresAt" IS NOT NULL AND "status" <> 'CLOSED';

-- An externalId is unique within its channel, and within those without a channel.
CREATE UNIQUE INDEX "Message_externalId_key" ON "Message"("workspaceId", "channelId", "externalId") NULLS NOT DISTINCT WHERE "externalId" IS NOT NULL;

-- Someone is in a conversation once at a time.
CREATE UNIQUE INDEX "Participant_active_key" ON "Participant"("workspaceId", "conversationId", "actorId") WHERE "leftAt" IS NULL;
CREATE INDEX "Participant_present_idx" ON "Participant"("workspaceId", "actorId", "conversationId") WHERE "leftAt" IS NULL;

ALTER TABLE "Conversation"
    ADD CONSTRAINT "Conversation_assignee_check" CHECK (num_nonnulls("assigneeUserId", "assigneeBotId") <= 1),
    ADD CONSTRAINT "Conversation_snoozed_check" CHECK (("status" = 'SNOOZED') = ("snoozedUntil" IS NOT NULL)),
    ADD CONSTRAINT "Conversation_closed_check" CHECK (("status" = 'CLOSED') = ("closedAt" IS NOT NULL)),
    ADD CONSTRAINT "Conversation_client_check" CHECK ("clientBotId" IS NULL OR ("channelId" IS NOT NULL AND "contactId" IS NOT NULL)),
    ADD CONSTRAINT "Conversation_counts_check" CHECK ("messageCount" >= "inboundCount" AND "inboundCount" >= 0),
    ADD CONSTRAINT "Conversation_version_check" CHECK ("version" >= 1),
    -- Only the system acts without an id, and nobody without a type.
    ADD CONSTRAINT "Conversation_assignedBy_check" CHECK (coalesce("assignedByType" = 'SYSTEM', true) = ("assignedById" IS NULL)),
    ADD CONSTRAINT "Conversation_closedBy_check" CHECK (coalesce("closedByType" = 'SYSTEM', true) = ("closedById" IS NULL)),
    ADD CONSTRAINT "Conversation_reopenedBy_check" CHECK (coalesce("reopenedByType" = 'SYSTEM', true) = ("reopenedById" IS NULL));

ALTER TABLE "Message"
    ADD CONSTRAINT "Message_seq_check" CHECK ("seq" >= 1),
    ADD CONSTRAINT "Message_author_check" CHECK (("authorType" = 'SYSTEM') = ("authorId" IS NULL));

ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_by_check" CHECK (("byType" = 'SYSTEM') = ("byId" IS NULL));

ALTER TABLE "Event" ADD CONSTRAINT "Event_position_check" CHECK ("position" >= 1);
