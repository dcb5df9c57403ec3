import { type FormattedExecutionResult, print } from 'graphql';
import { UUID } from 'uuidv7';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { encodeId } from '../../src/lib/ids.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateConversationDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { connect } from '../live/support/listen.js';
import { readConversation } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { eventsOf, makeUser } from '../support/make.js';
import { digestRows } from '../support/workspace-rows.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

let made = 0;
const makeId = (type: 'Conversation' | 'Message') => {
  made += 1;
  return encodeId(type, UUID.fromFieldsV7(Date.now(), 1, 2, made).toString());
};

type Write = { query: string; variables: { input: object } };
type Answers = Pick<FormattedExecutionResult, 'data' | 'errors'>[];

/** What a client has written offline: each write with an idempotency key, and ids of its own for what it creates. */
let outbox: Write[];
let conversationId: string;
beforeEach(async () => {
  conversationId = makeId('Conversation');
  const { id: assigneeId } = await makeUser(workspace);
  const written: [Parameters<typeof print>[0], object][] = [
    [CreateConversationDocument, { id: conversationId, subject: 'Offline' }],
    [SendMessageDocument, { id: makeId('Message'), conversationId, text: 'Hello' }],
    [AssignConversationDocument, { conversationId, assigneeId }],
    [CloseConversationDocument, { conversationId, resolution: 'RESOLVED' }],
  ];
  outbox = written.map(([document, input], index) => ({
    query: print(document),
    variables: { input: { ...input, idempotencyKey: `write-${index}` } },
  }));
});

async function overHttp(): Promise<Answers> {
  const answers: Answers = [];
  for (const { query, variables } of outbox) answers.push((await workspace.post(query, variables)).body);
  return answers;
}

/** Sends all at once. */
async function overOneSocket(): Promise<Answers> {
  const client = connect(parley.url, workspace.apiKey);
  onTestFinished(() => client.dispose());
  const answers = outbox.map(
    (write) =>
      new Promise<FormattedExecutionResult>((resolve, reject) => {
        client.subscribe(write, { next: resolve, error: reject, complete: () => undefined });
      }),
  );
  return Promise.all(answers);
}

const ways = [
  ['HTTP', overHttp, overOneSocket],
  ['one socket, without waiting for answers', overOneSocket, overHttp],
] as const;

it.each(ways)(
  'an outbox that is replayed twice in full over %s leaves the rows and events of once, and gets the same answers',
  async (_way, replay, otherWay) => {
    const first = await replay();
    const names = first.map((answer) => JSON.stringify(answer).match(/"__typename":"(\w+)"/)?.[1]);
    const acts = ['CreateConversation', 'SendMessage', 'AssignConversation', 'CloseConversation'];
    expect(names).toEqual(acts.map((name) => `${name}Payload`));
    const rows = await digestRows(parley, workspace);
    const events = await eventsOf(workspace, conversationId);
    expect(await readConversation(workspace, conversationId)).toMatchObject({ status: 'CLOSED', messageCount: 1 });
    // Rows are answered as they are by then; from the second time on, that is the same.
    const second = await replay();
    expect(second.map(({ errors }) => errors)).toEqual(outbox.map(() => undefined));
    expect(second.at(-1)).toEqual(first.at(-1));
    expect(await replay()).toEqual(second);
    expect(await otherWay()).toEqual(second);
    expect(await digestRows(parley, workspace)).toEqual(rows);
    expect(await eventsOf(workspace, conversationId)).toEqual(events);
  },
);
