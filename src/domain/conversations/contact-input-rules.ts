import type { Viewer } from '../../auth/viewer.js';
import { ForbiddenError } from '../../lib/errors.js';
import type { CreateConversation } from './create-conversation.input.js';

type Wanted = CreateConversation;

const contactMaySet: readonly string[] = [
  'id',
  'channelId',
  'contactId',
  'subject',
  'message',
  'ifExists',
] satisfies (keyof Wanted)[];

/**
 * Returns the input of a new conversation that the viewer may create. A contact creates conversations only for itself, and
 * sets only the fields listed above; otherwise throws ForbiddenError, which names the other fields.
 */
export function asViewerMayCreate({ kind, actor }: Viewer, wanted: Wanted): Wanted {
  if (kind !== 'CONTACT') return wanted;
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const refused = given.map(([field]) => field).filter((field) => !contactMaySet.includes(field));
  if (refused.length > 0) throw new ForbiddenError(`Contacts cannot set ${refused.join(', ')}.`);
  if (wanted.contactId && wanted.contactId !== actor.id) {
    throw new ForbiddenError('Contacts create conversations only for themselves. Leave contactId out.');
  }
  return { ...wanted, contactId: actor.id };
}
