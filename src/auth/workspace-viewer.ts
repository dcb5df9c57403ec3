import { type Viewer, viewerOf } from './viewer.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Whoever the server reads for by itself, such as to render what webhooks send: it sees the whole workspace. */
export function workspaceViewer(workspaceId: string): Viewer {
  const actor = { type: 'API_KEY' as const, id: NOBODY };
  return viewerOf({ workspaceId, actor, kind: 'API_KEY', credential: { type: 'KEY', keyId: NOBODY } }, ['READ']);
}
