import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  DeleteConversationDocument,
  LinkProspectDocument,
  ProspectDocument,
  UnlinkProspectDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { testClock } from '../../support/clock.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContactConversation, makeConversation, makeProspect } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { conversationIdsOf, linkEvents, linkPair, prospectIdsOf } from './support/prospects.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);

describe('linkProspect', () => {
  it('links both, increases version and updatedAt of the conversation, and logs it', async () => {
    const conversation = await makeContactConversation(workspace);
    const prospect = await makeProspect(workspace, { name: 'Paula' });
    const at = clock.tick();
    const payload = await linkPair(workspace, { conversationId: conversation.id, prospectId: prospect.id });
    expect(payload).toMatchObject({
      changed: true,
      conversation: { version: conversation.version + 1, updatedAt: at, prospects: { nodes: [{ id: prospect.id }] } },
      prospect,
    });
    expect(await conversationIdsOf(workspace, prospect.id)).toEqual([conversation.id]);
    expect(await linkEvents(workspace, conversation.id)).toMatchObject([
      {
        __typename: 'ProspectLinked',
        type: 'prospect.linked',
        occurredAt: at,
        conversationId: conversation.id,
        actor: { __typename: 'ApiKey' },
        prospectId: prospect.id,
        prospect: { status: 'NEW' },
      },
    ]);
  });

  it('changes and logs nothing if both are already linked', async () => {
    const conversationId = (await makeConversation(workspace)).id;
    const prospectId = (await makeProspect(workspace)).id;
    const first = await linkPair(workspace, { conversationId, prospectId });
    clock.tick();
    const again = await succeed(workspace, LinkProspectDocument, { conversationId, prospectId });
    expect(again).toEqual({ ...first, changed: false });
    expect(await linkEvents(workspace, conversationId)).toHaveLength(1);
  });

  it('links a closed conversation, which stays closed', async () => {
    const conversationId = (await makeConversation(workspace)).id;
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const { conversation } = await linkPair(workspace, {
      conversationId,
      prospectId: (await makeProspect(workspace)).id,
    });
    expect(conversation.status).toBe('CLOSED');
  });

  it('takes effect once for 20 equal concurrent requests', async () => {
    const conversation = await makeConversation(workspace);
    const prospectId = (await makeProspect(workspace)).id;
    const pair = { conversationId: conversation.id, prospectId };
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(workspace, LinkProspectDocument, pair)));
    const payloads = answers.map((answer) => expectType(answer, 'LinkProspectPayload'));
    expect(payloads.filter(({ changed }) => changed)).toHaveLength(1);
    expect(payloads.map((payload) => payload.conversation.version)).toEqual(
      Array.from({ length: 20 }, () => conversation.version + 1),
    );
    expect(await linkEvents(workspace, conversation.id)).toHaveLength(1);
  });

  it('keeps 20 different prospects that are linked concurrently', async () => {
    const conversation = await makeConversation(workspace);
    const prospects = await Promise.all(Array.from({ length: 20 }, () => makeProspect(workspace)));
    const answers = await Promise.all(
      prospects.map(({ id }) =>
        act(workspace, LinkProspectDocument, { conversationId: conversation.id, prospectId: id }),
      ),
    );
    const versions = answers.map((answer) => expectType(answer, 'LinkProspectPayload').conversation.version);
    expect(versions.sort((a, b) => a - b)).toEqual(answers.map((_answer, index) => conversation.version + index + 1));
    expect(new Set(await prospectIdsOf(workspace, conversation.id))).toEqual(new Set(prospects.map(({ id }) => id)));
  });

  it('leaves no link to a concurrently deleted conversation', async () => {
    const prospect = await makeProspect(workspace);
    for (let round = 0; round < 5; round += 1) {
      const conversationId = (await makeConversation(workspace)).id;
      const [answer, { deleteConversation }] = await Promise.all([
        act(workspace, LinkProspectDocument, { conversationId, prospectId: prospect.id }),
        workspace.run(DeleteConversationDocument, { input: { conversationId } }),
      ]);
      expect(['LinkProspectPayload', 'NotFoundError']).toContain(answer.__typename);
      expectType(deleteConversation, 'DeleteConversationPayload');
    }
    expect(await conversationIdsOf(workspace, prospect.id)).toEqual([]);
    expect(await ask(workspace, ProspectDocument, { id: prospect.id })).toEqual(prospect);
  });
});

describe('unlinkProspect', () => {
  it('removes the link, increases version and updatedAt of the conversation, and logs it', async () => {
    const conversationId = (await makeConversation(workspace)).id;
    const [stays, goes] = [await makeProspect(workspace), await makeProspect(workspace)];
    await linkPair(workspace, { conversationId, prospectId: stays.id });
    const before = await linkPair(workspace, { conversationId, prospectId: goes.id });
    const at = clock.tick();
    const payload = await succeed(workspace, UnlinkProspectDocument, { conversationId, prospectId: goes.id });
    expect(payload).toMatchObject({
      changed: true,
      conversation: {
        version: before.conversation.version + 1,
        updatedAt: at,
        prospects: { nodes: [{ id: stays.id }] },
      },
      prospect: goes,
    });
    expect(await conversationIdsOf(workspace, goes.id)).toEqual([]);
    expect((await linkEvents(workspace, conversationId)).at(-1)).toMatchObject({
      __typename: 'ProspectUnlinked',
      type: 'prospect.unlinked',
      occurredAt: at,
      prospectId: goes.id,
      prospect: { status: 'NEW' },
    });
  });

  it('changes and logs nothing if there is no link', async () => {
    const conversation = await makeConversation(workspace);
    const prospectId = (await makeProspect(workspace)).id;
    clock.tick();
    expect(
      await succeed(workspace, UnlinkProspectDocument, { conversationId: conversation.id, prospectId }),
    ).toMatchObject({
      changed: false,
      conversation: { version: conversation.version, updatedAt: conversation.updatedAt },
    });
    expect(await linkEvents(workspace, conversation.id)).toEqual([]);
  });

  it('takes effect once for 20 concurrent requests, and the pair can be linked again', async () => {
    const conversationId = (await makeConversation(workspace)).id;
    const prospectId = (await makeProspect(workspace)).id;
    const pair = { conversationId, prospectId };
    await linkPair(workspace, pair);
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(workspace, UnlinkProspectDocument, pair)));
    const changes = answers.filter((answer) => expectType(answer, 'UnlinkProspectPayload').changed);
    expect(changes).toHaveLength(1);
    await linkPair(workspace, pair);
    const types = (await linkEvents(workspace, conversationId)).map(({ type }) => type);
    expect(types).toEqual(['prospect.linked', 'prospect.unlinked', 'prospect.linked']);
  });
});
