import type { Viewer } from '../../auth/viewer.js';
import { ForbiddenError } from '../../lib/errors.js';
import type { CreateConversation } from './create-conversation.input.js';

type Wanted = Omit<CreateConversation, 'idempotencyKey'>;

const mayGive: readonly string[] = [
  'channelId',
  'contactId',
  'subject',
  'message',
  'ifExists',
] satisfies (keyof Wanted)[];

/**
 * What a viewer may ask of a new conversation. A contact begins one only for itself, and decides nothing that is the
 * team's: throws ForbiddenError that names what it may not give.
 */
export function asViewerMayCreate({ kind, actor }: Viewer, wanted: Wanted): Wanted {
  if (kind !== 'CONTACT') return wanted;
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const refused = given.map(([field]) => field).filter((field) => !mayGive.includes(field));
  if (refused.length > 0) throw new ForbiddenError(`A contact may not give ${refused.join(', ')}.`);
  if (wanted.contactId && wanted.contactId !== actor.id) {
    throw new ForbiddenError('A contact begins conversations only for itself. Leave contactId out.');
  }
  return { ...wanted, contactId: actor.id };
}
