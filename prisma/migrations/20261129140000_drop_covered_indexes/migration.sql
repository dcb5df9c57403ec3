-- Covered by Conversation_snoozedUntil_idx and Conversation_expiresAt_idx, which begin with the same column of the same
-- rows. Each index of a conversation is written with every message.
DROP INDEX "Conversation_snoozed_idx", "Conversation_expires_idx";
