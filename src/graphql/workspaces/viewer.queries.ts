import type { Viewer as ViewerShape } from '../../auth/viewer.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { ApiKeyScope } from '../api-keys/api-key.type.js';
import { PermissionType } from '../api-keys/permission.type.js';
import { builder } from '../core/builder.js';
import { UserRole } from '../users/user.type.js';
import { Workspace } from './workspace.type.js';

const Viewer = builder.objectRef<ViewerShape>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: 'The key that was shown, the bot that it acts as, or the user or contact that the token is for.',
      resolve: ({ actor }, _args, context) => loadActor(context, actor),
    }),
    scopes: t.field({
      type: [ApiKeyScope],
      description: 'The scopes that a key would have that may do the same; none for a contact.',
      resolve: ({ scopes }) => [...scopes],
    }),
    permissions: t.field({
      type: [PermissionType],
      description: 'What the viewer may do.',
      resolve: ({ permissions }) => [...permissions],
    }),
    role: t.field({
      type: UserRole,
      nullable: true,
      description: 'The role of a user; null for keys and contacts.',
      resolve: ({ kind }) => (kind === 'API_KEY' || kind === 'BOT' || kind === 'CONTACT' ? null : kind),
    }),
    workspace: t.prismaField({
      type: Workspace,
      description: 'The workspace that everything asked is about.',
      resolve: (query, { workspaceId }, _args, { database }) =>
        database.prisma.workspace.findUniqueOrThrow({ ...query, where: { id: workspaceId } }),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: Viewer, description: 'Who asks.', resolve: (_root, _args, { viewer }) => viewer }),
);
