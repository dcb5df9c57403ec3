-- Rises with everything that can be seen of a conversation, so that a client can tell which of two answers is the newer.
ALTER TABLE "Conversation" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
