ALTER TABLE "Message" VALIDATE CONSTRAINT "Message_note_check";
