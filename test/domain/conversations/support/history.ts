import { ConversationDocument, ConversationHistoryDocument } from '../../../generated/operations.js';
import { ask } from '../../../support/act.js';
import { eventsOf } from '../../../support/make.js';
import type { TestWorkspace } from '../../../support/parley.js';

/** The types of a conversation's events, oldest first. */
export async function eventTypes(workspace: TestWorkspace, id: string): Promise<string[]> {
  return (await eventsOf(workspace, id)).map(({ type }) => type);
}

/** The newest event of a conversation. */
export async function lastEvent(workspace: TestWorkspace, id: string) {
  const last = (await eventsOf(workspace, id)).at(-1);
  if (!last) throw new Error(`The conversation ${id} has no events.`);
  return last;
}

/** Everything visible of a conversation, to compare before and after. */
export async function snapshot(client: Pick<TestWorkspace, 'run'>, id: string) {
  const conversation = await ask(client, ConversationDocument, { id });
  const history = await ask(client, ConversationHistoryDocument, { id });
  return { conversation, history };
}
