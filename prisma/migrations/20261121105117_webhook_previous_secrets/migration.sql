-- AlterTable
ALTER TABLE "WebhookEndpoint" ADD COLUMN     "previousSecrets" JSONB NOT NULL DEFAULT '[]';

-- What signs until now goes on to
UPDATE "WebhookEndpoint" SET "previousSecrets" = jsonb_build_array(jsonb_build_object('secret', "previousSecret",
    'until', to_char("previousSecretUntil" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
WHERE "previousSecret" IS NOT NULL;

-- AlterTable
ALTER TABLE "WebhookEndpoint" DROP COLUMN "previousSecret",
DROP COLUMN "previousSecretUntil";
