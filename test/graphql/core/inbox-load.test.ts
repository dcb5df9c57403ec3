import { type DocumentNode, getOperationAST } from 'graphql';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config.js';
import { BASE_COST, judgeComplexity } from '../../../src/graphql/core/complexity.js';
import { schema } from '../../../src/graphql/schema.js';
import {
  AttachmentsDocument,
  ConversationCountsDocument,
  ConversationPageDocument,
  InboxDocument,
  LiveEventsDocument,
  LiveTypingDocument,
  MarkConversationReadDocument,
  SendMessageDocument,
  SetTypingDocument,
  UpdateConversationDocument,
  ViewerDocument,
} from '../../generated/operations.js';

const { rateLimits } = loadConfig({ DATABASE_URL: 'postgresql://localhost/parley' });

/** Values for the variables that must be given. None of them changes what an operation costs. */
const anyRow = { id: 'conv_', conversationId: 'conv_', messageId: 'msg_', input: { conversationId: 'conv_' } };

/** How often a busy agent's page does what, in a minute. Pages that subscribe reload much less. */
const inAMinute: [times: number, document: DocumentNode][] = [
  // Every two seconds.
  [30, InboxDocument],
  // Every five seconds: opens a conversation, marks it read, types, and answers.
  [12, ConversationPageDocument],
  [12, MarkConversationReadDocument],
  [24, SetTypingDocument],
  [12, SendMessageDocument],
  [6, ConversationCountsDocument],
  [6, UpdateConversationDocument],
  [6, AttachmentsDocument],
  [1, ViewerDocument],
  // Three, of which each is started again every ten seconds, as on a bad connection.
  [18, LiveEventsDocument],
  [6, LiveTypingDocument],
];

function costOf(document: DocumentNode): number {
  expect(getOperationAST(document)).not.toBeNull();
  const { cost, refusal } = judgeComplexity({ schema, document, variables: anyRow });
  expect(refusal).toBeNull();
  return BASE_COST + cost;
}

const costOfAgent = () => inAMinute.reduce((sum, [times, document]) => sum + times * costOf(document), 0);

it('a busy agent takes less than a tenth of what a user has in a minute', () => {
  expect(costOfAgent()).toBeGreaterThan(0);
  expect(costOfAgent()).toBeLessThan(rateLimits.user / 10);
});

it('a server that asks for 200 busy agents with one key takes less than half of what a key has', () => {
  expect(200 * costOfAgent()).toBeLessThan(rateLimits.key / 2);
});

it('a contact who reads and writes all the time takes less than half of what a contact has', () => {
  const reading = 30 * costOf(ConversationPageDocument);
  const writing = 30 * (costOf(SendMessageDocument) + costOf(SetTypingDocument));
  expect(reading + writing + 6 * costOf(LiveEventsDocument)).toBeLessThan(rateLimits.contact / 2);
});
