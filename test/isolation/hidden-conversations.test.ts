import { beforeEach, describe, expect, it } from 'vitest';
import {
  ContactDocument,
  LeaveConversationDocument,
  MergeContactsDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { act, ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeConversation, makeUser } from '../support/make.js';
import { expectType, type TestWorkspace } from '../support/parley.js';
import { signInAs } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);
/** The workspace as an agent sees it, who does not see the conversations of the owner. */
let agent: TestWorkspace & { actorId: string };
let ownerId: string;
beforeEach(async () => {
  agent = await signInAs(parley, workspace, 'AGENT');
  ownerId = (await makeUser(workspace, 'Olga')).id;
});

describe('an agent', () => {
  it("who has left another user's conversation does not get its message again by an idempotency key", async () => {
    const { id: conversationId } = await makeConversation(workspace, { ownerId, participantIds: [agent.actorId] });
    const send = async () => {
      const input = { conversationId, text: 'Once', idempotencyKey: 'key-1' };
      return await act(agent, SendMessageDocument, input);
    };
    const {
      messageEdge: { node: message },
    } = expectType(await send(), 'SendMessagePayload');
    expect(expectType(await send(), 'SendMessagePayload').messageEdge.node.id).toBe(message.id);
    await succeed(agent, LeaveConversationDocument, { conversationId });
    expectType(await send(), 'NotFoundError');
  });

  it('does not learn how many hidden conversations a contact has by merging or deleting it', async () => {
    const [survivor, merged] = [await makeContact(workspace), await makeContact(workspace)];
    await makeConversation(workspace, { contactId: merged.id });
    for (let hidden = 0; hidden < 3; hidden += 1) await makeConversation(workspace, { contactId: merged.id, ownerId });
    expect(
      (await succeed(agent, MergeContactsDocument, { survivorId: survivor.id, contactIds: [merged.id] }))
        .movedConversationCount,
    ).toBe(1);
    const contact = await ask(workspace, ContactDocument, { id: survivor.id });
    expect(contact?.conversations.totalCount).toBe(4);
    const { body } = await agent.post(
      'mutation ($id: ID!) { deleteContact(input: { contactId: $id }) { __typename ... on Error { message } } }',
      { id: survivor.id },
    );
    const { __typename, message } = Object(body.data).deleteContact;
    expect(__typename).toBe('ConflictError');
    expect(message).toMatch(/has conversations/);
  });
});
