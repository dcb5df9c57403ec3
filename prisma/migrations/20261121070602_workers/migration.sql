-- CreateTable
CREATE TABLE "WorkerPool" (
    "id" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WorkerPool_pkey" PRIMARY KEY ("id")
);
