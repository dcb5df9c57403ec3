import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import type { IdentityProviderConfig } from './identity-provider.js';

const WARNING =
  'There are several workspaces, and who signs in at the identity provider without the claim workspace is looked for in all of them, so that an administrator of any can lock a person out by making a user with the same address. Set JWT_WORKSPACE to the id of the one that is meant, or let every token name one by its id';

/** Warns where tokens of the provider may name no workspace and there is more than one that could be meant. */
export async function warnOfOpenWorkspace(
  { prisma }: Database,
  { workspace }: IdentityProviderConfig,
  log: Logger,
): Promise<void> {
  if (workspace !== undefined) return;
  const found = await prisma.workspace.findMany({ select: { id: true }, take: 2 });
  if (found.length > 1) log.warn(WARNING);
}
