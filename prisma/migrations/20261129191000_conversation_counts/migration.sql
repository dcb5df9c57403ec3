-- How many conversations a workspace has by status and assignee: the sum of all changes. A change is a row of its own, so that
-- writers do not wait for each other; a job adds them up now and then.
CREATE TABLE "ConversationCount" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspaceId" UUID NOT NULL,
    "status" "ConversationStatus" NOT NULL,
    "assigneeUserId" UUID,
    "assigneeBotId" UUID,
    "change" INTEGER NOT NULL,

    CONSTRAINT "ConversationCount_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "ConversationCount_workspaceId_status_idx" ON "ConversationCount"("workspaceId", "status");

CREATE FUNCTION parley_count_changed_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public."ConversationCount" ("workspaceId", status, "assigneeUserId", "assigneeBotId", change)
  VALUES (OLD."workspaceId", OLD.status, OLD."assigneeUserId", OLD."assigneeBotId", -1),
    (NEW."workspaceId", NEW.status, NEW."assigneeUserId", NEW."assigneeBotId", 1);
  RETURN NULL;
END $$;

-- Of all rows of a statement, which may be thousands.
CREATE FUNCTION parley_count_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public."ConversationCount" ("workspaceId", status, "assigneeUserId", "assigneeBotId", change)
  SELECT "workspaceId", status, "assigneeUserId", "assigneeBotId", TG_ARGV[0]::int * count(*)
  FROM changed GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END $$;

-- Writers wait for the triggers until the conversations of before are counted: about a second for a million of them.
CREATE TRIGGER count_updated AFTER UPDATE ON "Conversation" FOR EACH ROW
  WHEN ((OLD.status, OLD."assigneeUserId", OLD."assigneeBotId") IS DISTINCT FROM
    (NEW.status, NEW."assigneeUserId", NEW."assigneeBotId"))
  EXECUTE FUNCTION parley_count_changed_conversation();
CREATE TRIGGER count_inserted AFTER INSERT ON "Conversation" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION parley_count_conversations('1');
CREATE TRIGGER count_deleted AFTER DELETE ON "Conversation" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION parley_count_conversations('-1');

INSERT INTO "ConversationCount" ("workspaceId", status, "assigneeUserId", "assigneeBotId", change)
SELECT "workspaceId", status, "assigneeUserId", "assigneeBotId", count(*) FROM "Conversation" GROUP BY 1, 2, 3, 4;
