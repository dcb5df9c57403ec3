import { say } from '../../support/conversations.js';
import { makeContact, makeConversation } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

/** A customer's conversation, which has a message. */
export async function makeInquiry(workspace: TestWorkspace, name: string, subject: string): Promise<string> {
  const contact = await makeContact(workspace, name);
  const { id } = await makeConversation(workspace, { contactId: contact.id, subject });
  await say(workspace, id, { direction: 'INBOUND', text: `Hello, it is about this: ${subject}` });
  return id;
}

/** Something that can be attached, of 70 bytes. */
export const PICTURE = {
  name: 'parcel.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
};
