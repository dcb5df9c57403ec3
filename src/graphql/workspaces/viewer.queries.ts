import { type Permission, permissions } from '../../auth/permissions.js';
import type { Viewer as ViewerShape } from '../../auth/viewer.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { ApiKeyScope } from '../api-keys/api-key.type.js';
import { builder } from '../core/builder.js';
import type { RateLimitUsage } from '../core/context.js';
import { UserRole } from '../users/user.type.js';
import { findWorkspace, Workspace } from './workspace.type.js';

const PermissionType = builder.enumType('Permission', {
  description:
    'Something a viewer may do. docs/permissions.md lists who has which permission and which fields need it.',
  values: {
    READ: { value: 'read', description: permissions.read },
    MARK_READ: { value: 'markRead', description: permissions.markRead },
    CONVERSE: { value: 'converse', description: permissions.converse },
    WRITE: { value: 'write', description: permissions.write },
    MODERATE: { value: 'moderate', description: permissions.moderate },
    ACT_FOR_OTHERS: { value: 'actForOthers', description: permissions.actForOthers },
    ISSUE_TOKENS: { value: 'issueTokens', description: permissions.issueTokens },
    ADMINISTER: { value: 'administer', description: permissions.administer },
  } as const satisfies Record<string, { value: Permission; description: string }>,
});

const Viewer = builder.objectRef<ViewerShape>('Viewer').implement({
  description: 'The authenticated caller.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: "The caller's API key or the bot it acts as, or the user or contact the session token is for.",
      resolve: ({ actor }, _args, context) => loadActor(context, actor),
    }),
    scopes: t.field({
      type: [ApiKeyScope],
      description: "The API-key scopes equivalent to the caller's permissions; none for a contact.",
      resolve: ({ scopes }) => [...scopes],
    }),
    permissions: t.field({
      type: [PermissionType],
      description: 'What the caller may do.',
      resolve: ({ permissions }) => [...permissions],
    }),
    role: t.field({
      type: UserRole,
      nullable: true,
      description: 'The role of a user; null for API keys, bots and contacts.',
      resolve: ({ kind }) => (kind === 'API_KEY' || kind === 'BOT' || kind === 'CONTACT' ? null : kind),
    }),
    workspace: t.field({
      type: Workspace,
      description: 'The workspace of the caller. Every operation reads and writes only this workspace.',
      resolve: async ({ workspaceId }, _args, context) => {
        const workspace = await findWorkspace(context, workspaceId);
        if (!workspace) throw new Error('The workspace of the caller does not exist.');
        return workspace;
      },
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: Viewer, description: 'The authenticated caller.', resolve: (_root, _args, { viewer }) => viewer }),
);

const RateLimit = builder.objectRef<RateLimitUsage>('RateLimit').implement({
  description:
    'What the caller may still cost in this minute. docs/limits.md says how costs are counted, and which headers tell the same.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'The points of cost that the caller has in a minute.' }),
    cost: t.exposeInt('cost', { description: 'The points that this operation has taken.' }),
    remaining: t.exposeInt('remaining', { description: 'The points that are left, after this operation.' }),
    resetAt: t.expose('resetAt', { type: 'DateTime', description: 'When the caller has all points again.' }),
  }),
});

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimit,
    nullable: true,
    description: 'What the caller may still cost; null if it has no limit.',
    resolve: (_root, _args, { rateLimit }) => rateLimit.usage,
  }),
);
