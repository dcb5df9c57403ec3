import type { CallerKind } from '../../src/auth/permissions.js';
import { type Viewer, viewerOf } from '../../src/auth/viewer.js';

const actorTypes = { API_KEY: 'API_KEY', BOT: 'BOT', CONTACT: 'CONTACT' } as const;

/** A viewer of a kind, by UUIDs, as authentication would make it. */
export function viewerAs(kind: CallerKind, workspaceId: string, id: string): Viewer {
  const type = kind === 'API_KEY' || kind === 'BOT' || kind === 'CONTACT' ? actorTypes[kind] : 'USER';
  const isKey = kind === 'API_KEY' || kind === 'BOT';
  const facts = {
    expiresAt: new Date('2999-01-01'),
    issuedAt: new Date('2026-01-01'),
    authenticatedAt: new Date('2026-01-01'),
    keyId: null,
    issuerId: null,
    trustedDocumentsOnly: false,
    tokenId: null,
    renewable: true,
  };
  const credential = isKey
    ? { type: 'KEY' as const, keyId: id, makerRole: null }
    : { type: 'TOKEN' as const, ...facts };
  return viewerOf({ hasMerged: false, workspaceId, actor: { type, id }, kind, credential }, isKey ? ['WRITE'] : null);
}
