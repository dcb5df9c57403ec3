import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { ApiKeyScope } from '../auth/api-key.type.js';
import type { Viewer as ViewerShape } from '../auth/viewer.js';
import { builder } from '../graphql/builder.js';
import { Workspace } from './workspace.type.js';

const Viewer = builder.objectRef<ViewerShape>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: 'The key that was shown, or the bot that it acts as.',
      resolve: ({ actor }, _args, context) => loadActor(context, actor),
    }),
    scopes: t.field({
      type: [ApiKeyScope],
      description: 'What the viewer may do.',
      resolve: ({ scopes }) => [...scopes],
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
