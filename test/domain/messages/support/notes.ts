import type { SendMessageInput } from '../../../generated/operations.js';
import { say } from '../../../support/conversations.js';
import type { TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** Adds a note that must be accepted, and returns it. */
export function note(client: Client, conversationId: string, input: Omit<SendMessageInput, 'conversationId'>) {
  return say(client, conversationId, { visibility: 'INTERNAL', ...input });
}
