import { type Permission, permissions } from '../../auth/permissions.js';
import { builder } from '../core/builder.js';

/** Something that a viewer may do. */
export const PermissionType = builder.enumType('Permission', {
  description: 'What a viewer may do; docs/permissions.md says who may, and which fields ask for it.',
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
