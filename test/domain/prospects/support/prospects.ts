import {
  ConversationProspectsDocument,
  LinkProspectDocument,
  type LinkProspectInput,
  ProspectConversationsDocument,
} from '../../../generated/operations.js';
import { ask, succeed } from '../../../support/act.js';
import { eventsOf } from '../../../support/make.js';
import { nodesOf } from '../../../support/nodes-of.js';
import type { TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** Links a prospect and a conversation that are not linked yet. */
export async function linkPair(client: Client, pair: LinkProspectInput) {
  const payload = await succeed(client, LinkProspectDocument, pair);
  if (!payload.changed) throw new Error('The prospect and the conversation were already linked.');
  return payload;
}

/** The ids of a prospect's conversations. */
export async function conversationIdsOf(client: Client, id: string) {
  return nodesOf((await ask(client, ProspectConversationsDocument, { id }))?.conversations).map((row) => row.id);
}

/** The ids of a conversation's prospects. */
export async function prospectIdsOf(client: Client, id: string) {
  return nodesOf((await ask(client, ConversationProspectsDocument, { id }))?.prospects).map((row) => row.id);
}

/** The events of a conversation that are about prospects, oldest first. */
export async function linkEvents(workspace: TestWorkspace, conversationId: string) {
  return (await eventsOf(workspace, conversationId)).filter(({ type }) => type.startsWith('prospect.'));
}
