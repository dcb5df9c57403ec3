import { serverSecretColumn, serverSecretOf, serverSecretPlace } from '../../db/server-secrets.js';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { type SecretBox, type StoredSecret, UnreadableSecretError } from '../../lib/secret-box.js';
import { rewriteSecrets, type SecretColumns } from '../webhooks/endpoint-secrets.js';
import { readEndpoint, readEndpointsAfter, replaceEndpointSecrets, replaceServerSecret } from './secret-rows.sql.js';

/** How secrets are to be stored: encrypted with the first key, or plain. */
export type Form = 'encrypted' | 'plain';

type Change = 'encrypted' | 're-encrypted' | 'decrypted';

export type Rewriting = {
  /** How many secrets were changed, by how. */
  changes: Record<Change, number>;
  /** Rows that could not be decrypted, which stay as they are. */
  unreadable: string[];
};

const BATCH = 200;

/**
 * Stores all secrets in one form. Each row is replaced by itself, and only if nobody else has changed it meanwhile, so that
 * servers can run beside it, and what was done stays done if it is interrupted.
 */
export async function rewriteStoredSecrets(prisma: PrismaClient, box: SecretBox, form: Form): Promise<Rewriting> {
  const changes: Rewriting['changes'] = { encrypted: 0, 're-encrypted': 0, decrypted: 0 };
  const unreadable: string[] = [];

  async function count(row: string, rewriting: Promise<Change[]>): Promise<void> {
    try {
      for (const change of await rewriting) changes[change] += 1;
    } catch (error) {
      if (!(error instanceof UnreadableSecretError)) throw error;
      unreadable.push(row);
    }
  }

  for (const { name, value } of await prisma.serverSecret.findMany({ orderBy: { name: 'asc' } })) {
    await count(`server secret ${name}`, rewriteServerSecret(prisma, name, value, recorder(box, form)));
  }
  let page = await readEndpointsAfter(prisma, null, BATCH);
  while (page.length > 0) {
    for (const endpoint of page) {
      const row = `webhook endpoint ${encodeId('WebhookEndpoint', endpoint.id)}`;
      await count(
        row,
        rewriteEndpoint(prisma, endpoint, () => recorder(box, form)),
      );
    }
    page = await readEndpointsAfter(prisma, page.at(-1) ?? null, BATCH);
  }
  return { changes, unreadable };
}

type Recorder = { rewrite: (stored: StoredSecret, place: string) => StoredSecret; made: Change[] };

/** Rewrites secrets, and keeps what it has changed. */
function recorder(box: SecretBox, form: Form): Recorder {
  const made: Change[] = [];
  return {
    made,
    rewrite: (stored, place) => {
      if (form === 'plain' ? !stored.encrypted : box.isCurrent(stored)) return stored;
      const secret = box.decrypt(stored, place);
      if (form === 'plain') made.push('decrypted');
      else made.push(stored.encrypted ? 're-encrypted' : 'encrypted');
      return form === 'plain' ? { text: secret, encrypted: false } : box.encrypt(secret, place);
    },
  };
}

async function rewriteServerSecret(
  prisma: PrismaClient,
  name: string,
  value: Uint8Array,
  { rewrite, made }: Recorder,
): Promise<Change[]> {
  const rewritten = rewrite(serverSecretOf(value), serverSecretPlace(name));
  // Nobody else changes one, except for another run of this.
  if (made.length > 0) await replaceServerSecret(prisma, name, value, serverSecretColumn(rewritten));
  return made;
}

/** Rewrites an endpoint as it is now, however often it is changed meanwhile. */
async function rewriteEndpoint(prisma: PrismaClient, found: SecretColumns, start: () => Recorder): Promise<Change[]> {
  let endpoint: SecretColumns | null = found;
  while (endpoint) {
    const { rewrite, made } = start();
    const rewritten = rewriteSecrets(endpoint, rewrite);
    if (made.length === 0 || (await replaceEndpointSecrets(prisma, endpoint, rewritten))) return made;
    endpoint = await readEndpoint(prisma, endpoint);
  }
  return [];
}
