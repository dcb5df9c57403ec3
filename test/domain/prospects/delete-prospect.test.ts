import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationDocument,
  DeleteProspectDocument,
  LinkProspectDocument,
  NodeDocument,
  ProspectDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { testClock } from '../../support/clock.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContactConversation, makeConversation, makeProspect } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { linkEvents, linkPair, prospectIdsOf } from './support/prospects.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);

describe('deleteProspect', () => {
  it('unlinks the prospect from its conversations, which log it and remain', async () => {
    const { id: prospectId } = await makeProspect(workspace);
    const other = await makeProspect(workspace);
    const open = await makeContactConversation(workspace, { message: { text: 'Hello' } });
    const closed = await makeConversation(workspace);
    for (const { id: conversationId } of [open, closed]) {
      await linkPair(workspace, { conversationId, prospectId });
      await linkPair(workspace, { conversationId, prospectId: other.id });
    }
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const before = await workspace.run(ConversationDocument, { id: open.id });
    const at = clock.tick();
    expect(await act(workspace, DeleteProspectDocument, { prospectId })).toEqual({
      __typename: 'DeleteProspectPayload',
      deletedProspectId: prospectId,
    });
    expect(await ask(workspace, ProspectDocument, { id: prospectId })).toBeNull();
    expect(await ask(workspace, NodeDocument, { id: prospectId })).toBeNull();
    const after = await workspace.run(ConversationDocument, { id: open.id });
    const version = (before.conversation?.version ?? 0) + 1;
    expect(after.conversation).toEqual({ ...before.conversation, version, updatedAt: at });
    for (const { id } of [open, closed]) {
      expect(await prospectIdsOf(workspace, id)).toEqual([other.id]);
      expect((await linkEvents(workspace, id)).at(-1)).toMatchObject({
        type: 'prospect.unlinked',
        prospectId,
        prospect: null,
      });
    }
  });

  it('succeeds for one of 10 concurrent requests', async () => {
    const { id: prospectId } = await makeProspect(workspace);
    const conversationId = (await makeConversation(workspace)).id;
    await linkPair(workspace, { conversationId, prospectId });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => act(workspace, DeleteProspectDocument, { prospectId })),
    );
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual(['DeleteProspectPayload', ...Array.from({ length: 9 }, () => 'NotFoundError')]);
    expect(await linkEvents(workspace, conversationId)).toHaveLength(2);
  });

  it('leaves no concurrently created link', async () => {
    for (let round = 0; round < 3; round += 1) {
      const prospectId = (await makeProspect(workspace)).id;
      const conversations = await Promise.all(Array.from({ length: 8 }, () => makeConversation(workspace)));
      const linkAll = (some: typeof conversations) =>
        Promise.all(some.map(({ id }) => act(workspace, LinkProspectDocument, { conversationId: id, prospectId })));
      const [early, deleted, late] = await Promise.all([
        linkAll(conversations.slice(0, 4)),
        act(workspace, DeleteProspectDocument, { prospectId }),
        linkAll(conversations.slice(4)),
      ]);
      expectType(deleted, 'DeleteProspectPayload');
      for (const [index, answer] of [...early, ...late].entries()) {
        const wasLinked = answer.__typename === 'LinkProspectPayload';
        if (!wasLinked) expectType(answer, 'NotFoundError');
        const { id = '', version = 0 } = conversations[index] ?? {};
        const types = (await linkEvents(workspace, id)).map(({ type }) => type);
        expect(types).toEqual(wasLinked ? ['prospect.linked', 'prospect.unlinked'] : []);
        const conversation = await ask(workspace, ConversationDocument, { id });
        expect(conversation?.version).toBe(version + types.length);
        expect(await prospectIdsOf(workspace, id)).toEqual([]);
      }
    }
  });
});
