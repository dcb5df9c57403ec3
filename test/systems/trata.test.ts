import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  LinkProspectDocument,
  type LinkProspectInput,
  ProspectTranscriptsDocument,
  SendMessageDocument,
  UnlinkProspectDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { act, ask, succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeChannel, makeConversation, makeProspect } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType, type TestWorkspace } from '../support/parley.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);

type Pair = LinkProspectInput;

const link = async (input: Pair) => await act(workspace, LinkProspectDocument, input);
const unlink = async (input: Pair) => await act(workspace, UnlinkProspectDocument, input);
const transcripts = async (prospectId: string) =>
  (await workspace.run(ProspectTranscriptsDocument, { prospectId })).prospect;

async function makePair(): Promise<Pair> {
  const [conversation, prospect] = [await makeConversation(workspace), await makeProspect(workspace)];
  return { conversationId: conversation.id, prospectId: prospect.id };
}

/** Ids that are not ids, or of the wrong type, and which of the two is named. */
const malformed: [path: 'conversationId' | 'prospectId', value: string][] = [
  ['conversationId', ''],
  ['conversationId', 'undefined'],
  ['conversationId', unknownId('Prospect')],
  ['prospectId', 'undefined'],
  ['prospectId', unknownId('Conversation')],
];

describe('createConversationProspectLinkV1', () => {
  it('200: links conversation_id and prospect_id', async () => {
    const pair = await makePair();
    const answer = expectType(await link(pair), 'LinkProspectPayload');
    expect(answer).toMatchObject({
      changed: true,
      conversation: { id: pair.conversationId, prospects: { nodes: [{ id: pair.prospectId }] } },
      prospect: { id: pair.prospectId },
    });
  });

  it('200 again: keeps an existing link, and message becomes changed: false', async () => {
    const pair = await makePair();
    const { conversation } = expectType(await link(pair), 'LinkProspectPayload');
    expect(await link(pair)).toMatchObject({ changed: false, conversation });
  });

  it.each(malformed)('422: a %s of %j is refused with its path', async (path, value) => {
    const answer = expectType(await link({ ...(await makePair()), [path]: value }), 'ValidationError');
    const prefix = { conversationId: 'conv_', prospectId: 'prsp_' }[path];
    expect(answer.code).toBe('VALIDATION_FAILED');
    expect(answer.issues).toEqual([{ path: [path], message: `Must be an id that begins with ${prefix}.` }]);
  });

  it('returns NotFoundError if the conversation or prospect does not exist', async () => {
    const pair = await makePair();
    const [conversationId, prospectId] = [unknownId('Conversation'), unknownId('Prospect')];
    expect(expectType(await link({ ...pair, conversationId }), 'NotFoundError').id).toBe(conversationId);
    expect(expectType(await link({ ...pair, prospectId }), 'NotFoundError').id).toBe(prospectId);
  });
});

describe('deleteConversationProspectLinkV1', () => {
  it('200: unlinks prospect_id from conversation_id', async () => {
    const pair = await makePair();
    await link(pair);
    expect(expectType(await unlink(pair), 'UnlinkProspectPayload')).toMatchObject({
      changed: true,
      conversation: { id: pair.conversationId, prospects: { nodes: [] } },
      prospect: { id: pair.prospectId },
    });
    expect((await transcripts(pair.prospectId))?.conversations).toMatchObject({ totalCount: 0, edges: [] });
  });

  it('200 again: changes nothing without a link, and message becomes changed: false', async () => {
    expect(await unlink(await makePair())).toMatchObject({ changed: false });
  });

  it.each(malformed)('422: a %s of %j is refused with its path', async (path, value) => {
    const answer = expectType(await unlink({ ...(await makePair()), [path]: value }), 'ValidationError');
    expect(answer.issues).toMatchObject([{ path: [path] }]);
  });
});

/** What other programs found out about a conversation; Parley keeps it as it is given. */
const analysis = {
  app: 'TRATA',
  transcriptSummary: 'Wants a table for four.',
  transcriptRecordingUrl: 'https://recordings.example.com/1.mp3',
  conversationAnalytics: { sentiment_of_caller: 'positive', action_items: ['Call back'], is_audio_consent_given: true },
  conversationStats: { agent_dialog_ratio: 0.5, user_dialog_ratio: 0.5 },
  evaluation: { ai: { EvaluationSummary: 'Friendly' } },
};

describe('listConversationsOfProspectsV1', () => {
  it('200: returns the conversations of prospect_id with every field of ConversationOutput', async () => {
    const caller = { phone: '+4930123456', name: 'Carla', externalId: 'device-17' };
    const channel = await makeChannel(workspace, { type: 'VOICE', externalId: 'plivo:+4930999999' });
    const bot = await makeBot(workspace);
    const asBot = parley.connect({ ...workspace, apiKey: bot.apiKey });
    const created = clock.tick();
    const conversation = await makeConversation(workspace, {
      channelId: channel.id,
      contact: caller,
      botId: bot.id,
      metadata: analysis,
    });
    const said = async (by: TestWorkspace, input: { text: string; direction?: 'INBOUND' }) => {
      const at = clock.tick();
      return {
        at,
        id: (await succeed(by, SendMessageDocument, { conversationId: conversation.id, ...input })).messageEdge.node.id,
      };
    };
    const question = await said(workspace, { text: 'A table, please.', direction: 'INBOUND' });
    const reply = await said(asBot, { text: 'For how many?' });
    const prospectId = (await makeProspect(workspace)).id;
    await link({ conversationId: conversation.id, prospectId });
    const ended = clock.tick();
    await succeed(asBot, CloseConversationDocument, { conversationId: conversation.id });

    const { viewer, prospect } = await workspace.run(ProspectTranscriptsDocument, { prospectId });
    expect(viewer.workspace.id).toBe(workspace.id);
    const key = (await ask(workspace, ViewerDocument, {})).actor;
    expect(prospect?.conversations).toEqual({
      totalCount: 1,
      pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
      edges: [
        {
          node: {
            id: conversation.id,
            status: 'CLOSED',
            metadata: analysis,
            messageCount: 2,
            firstMessageAt: question.at,
            lastMessageAt: reply.at,
            createdAt: created,
            updatedAt: ended,
            bot: { id: bot.id, externalId: null },
            channel: { id: channel.id, type: 'VOICE', externalId: 'plivo:+4930999999' },
            contact: { id: conversation.contact?.id, phone: caller.phone, externalId: caller.externalId },
            prospects: { nodes: [{ id: prospectId }] },
            closure: { at: ended },
            messages: {
              edges: [
                {
                  node: {
                    id: question.id,
                    text: 'A table, please.',
                    direction: 'INBOUND',
                    createdAt: question.at,
                    author: { __typename: 'Contact', id: conversation.contact?.id, name: 'Carla' },
                  },
                },
                {
                  node: {
                    id: reply.id,
                    text: 'For how many?',
                    direction: 'OUTBOUND',
                    createdAt: reply.at,
                    author: { __typename: 'Bot', id: bot.id, name: bot.name },
                  },
                },
              ],
              pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
            },
            creation: { nodes: [{ id: expect.stringMatching(/^evt_/), actor: { id: key.id } }] },
            lastEvent: { nodes: [{ id: expect.stringMatching(/^evt_/), actor: { id: bot.id } }] },
          },
        },
      ],
    });
  });

  it('200: returns all conversations page by page, by last change, newest first, and none for a prospect without any', async () => {
    const prospectId = (await makeProspect(workspace)).id;
    expect(nodesOf((await transcripts(prospectId))?.conversations)).toEqual([]);
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      clock.tick();
      const { id } = await makeConversation(workspace);
      await link({ conversationId: id, prospectId });
      made.unshift(id);
    }
    const page = async (after: string | null) => {
      const variables = { prospectId, first: 2, after };
      const { prospect } = await workspace.run(ProspectTranscriptsDocument, variables);
      return { ids: nodesOf(prospect?.conversations).map(({ id }) => id), ...prospect?.conversations.pageInfo };
    };
    const first = await page(null);
    expect(first).toMatchObject({ ids: made.slice(0, 2), hasNextPage: true });
    expect(await page(first.endCursor ?? null)).toMatchObject({ ids: made.slice(2), hasNextPage: false });
  });

  it('422: a malformed prospect_id is refused with its path', async () => {
    const document = 'query ($id: ID!) { prospect(id: $id) { id } }';
    for (const id of ['', 'undefined', unknownId('Conversation')]) {
      const { body } = await workspace.post(document, { id });
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['id'] }] } }]);
    }
  });

  it('returns null for a nonexistent prospect', async () => {
    expect(await transcripts(unknownId('Prospect'))).toBeNull();
  });
});
