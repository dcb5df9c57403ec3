import { permissionsOf, scopesOf } from './permissions.js';
import type { Viewer } from './viewer.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Whoever the server reads for by itself, such as to render what webhooks send: it sees the whole workspace. */
export function workspaceViewer(workspaceId: string): Viewer {
  const permissions = permissionsOf('API_KEY', ['READ']);
  return {
    workspaceId,
    actor: { type: 'API_KEY', id: NOBODY },
    kind: 'API_KEY',
    permissions,
    scopes: scopesOf('API_KEY', permissions),
    credential: { type: 'KEY', keyId: NOBODY },
  };
}
