import * as operations from '../../../generated/operations.js';
import { eventsOf } from '../../../support/make.js';
import { expectType, type TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;
type Pair = operations.LinkProspectMutationVariables['input'];

export const create = async ({ run }: Client, input: operations.CreateProspectMutationVariables['input']) =>
  (await run(operations.CreateProspectDocument, { input })).createProspect;

export const update = async ({ run }: Client, input: operations.UpdateProspectMutationVariables['input']) =>
  (await run(operations.UpdateProspectDocument, { input })).updateProspect;

export const remove = async ({ run }: Client, prospectId: string) =>
  (await run(operations.DeleteProspectDocument, { input: { prospectId } })).deleteProspect;

export const link = async ({ run }: Client, input: Pair) =>
  (await run(operations.LinkProspectDocument, { input })).linkProspect;

export const unlink = async ({ run }: Client, input: Pair) =>
  (await run(operations.UnlinkProspectDocument, { input })).unlinkProspect;

/** Links a pair that is not linked yet. */
export const linked = async (client: Client, input: Pair) => {
  const payload = expectType(await link(client, input), 'LinkProspectPayload');
  if (!payload.changed) throw new Error('The pair was linked already.');
  return payload;
};

export const read = async ({ run }: Client, id: string) => (await run(operations.ProspectDocument, { id })).prospect;

export const list = async ({ run }: Client, variables: operations.ProspectsQueryVariables = {}) =>
  (await run(operations.ProspectsDocument, variables)).prospects;

/** The conversations of a prospect, by id. */
export const conversationIdsOf = async ({ run }: Client, id: string) =>
  (await run(operations.ProspectConversationsDocument, { id })).prospect?.conversations.nodes.map((row) => row.id);

/** The prospects of a conversation, by id. */
export const prospectIdsOf = async ({ run }: Client, id: string) =>
  (await run(operations.ConversationProspectsDocument, { id })).conversation?.prospects.nodes.map((row) => row.id);

/** The part of a conversation's log that is about prospects, oldest first. */
export const linkEvents = async (workspace: TestWorkspace, conversationId: string) =>
  (await eventsOf(workspace, conversationId)).filter(({ type }) => type.startsWith('prospect.'));
