-- Which database this is, by which a copy is known: the row is copied with the others, and then contradicts the database.
CREATE TABLE "DatabaseIdentity" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "identity" TEXT NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DatabaseIdentity_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "DatabaseIdentity_single_check" CHECK ("id" = 1)
);
