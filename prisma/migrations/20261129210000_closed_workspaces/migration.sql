-- Workspaces that nobody is served from: their import has not ended, or their deletion has begun.
CREATE TYPE "WorkspaceClosure" AS ENUM ('IMPORTING', 'DELETING');

CREATE TABLE "ClosedWorkspace" (
    "workspaceId" UUID NOT NULL,
    "reason" "WorkspaceClosure" NOT NULL,
    "checksum" TEXT,
    "readBytes" BIGINT,
    "closedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ClosedWorkspace_pkey" PRIMARY KEY ("workspaceId"),
    CONSTRAINT "ClosedWorkspace_import_check" CHECK (("reason" = 'IMPORTING') <= ("checksum" IS NOT NULL AND "readBytes" IS NOT NULL))
);
