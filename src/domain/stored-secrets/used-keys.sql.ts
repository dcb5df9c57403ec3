import type { Read } from '../../db/read.js';

/** The ids of the keys that stored secrets are encrypted with, in order. Reads all webhook endpoints. */
export async function usedKeyIds(read: Read): Promise<string[]> {
  const rows = await read<{ keyId: string }>`
    SELECT DISTINCT split_part(stored, ':', 3) AS "keyId" FROM (
      SELECT secret AS stored FROM "WebhookEndpoint"
      UNION ALL SELECT previous->>'secret' FROM "WebhookEndpoint", jsonb_array_elements("previousSecrets") AS previous
      UNION ALL SELECT header.value->>'encrypted' FROM "WebhookEndpoint", jsonb_each(headers) AS header
        WHERE jsonb_typeof(header.value) = 'object'
      UNION ALL SELECT encode(value, 'escape') FROM "ServerSecret"
    ) secrets WHERE stored LIKE 'enc:v%:%:%' ORDER BY 1`;
  return rows.map(({ keyId }) => keyId);
}
