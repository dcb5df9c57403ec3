import { array, asyncProperty, assert as check, constantFrom } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { type Answer, act } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley } from '../../support/fixtures.js';
import { makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { eventTypes } from './support/history.js';
import { legalMoves, type Status } from './support/legal-moves.js';

const parley = useParley();

const DAY_MS = 24 * 60 * 60 * 1000;

type Model = { status: Status; version: number; until: string | null; events: string[] };

type Move = {
  name: string;
  /** Where it leads; null where it asks for nothing. */
  to: (model: Model) => Status | null;
  run: (workspace: TestWorkspace, id: string, until: string) => Promise<Answer>;
};

/** A mutation that asks for one status. */
function move(name: string, to: Status, run: Move['run']): Move {
  return { name, to: () => to, run };
}

/** The same status again by updateConversation asks for nothing, unless it brings a new time. */
function updateTo(status: Status): Move {
  return {
    name: `update ${status}`,
    to: (model) => (model.status === status ? null : status),
    run: (workspace, conversationId, until) =>
      act(workspace, UpdateConversationDocument, {
        conversationId,
        status,
        ...(status === 'SNOOZED' ? { snoozedUntil: until } : {}),
      }),
  };
}

const moves: Move[] = [
  updateTo('OPEN'),
  updateTo('PENDING'),
  { ...updateTo('SNOOZED'), to: () => 'SNOOZED' },
  updateTo('CLOSED'),
  move('close', 'CLOSED', (workspace, conversationId) => act(workspace, CloseConversationDocument, { conversationId })),
  move('reopen', 'OPEN', (workspace, conversationId) => act(workspace, ReopenConversationDocument, { conversationId })),
  move('snooze', 'SNOOZED', (workspace, conversationId, until) =>
    act(workspace, SnoozeConversationDocument, { conversationId, until }),
  ),
  {
    name: 'customer writes',
    to: ({ status }) => (status === 'OPEN' ? null : 'OPEN'),
    run: (workspace, conversationId) =>
      act(workspace, SendMessageDocument, { conversationId, text: 'Hello?', direction: 'INBOUND' }),
  },
];

function eventOf(from: Status, to: Status): string {
  if (to === 'CLOSED') return 'conversation.closed';
  if (to === 'SNOOZED') return 'conversation.snoozed';
  if (from === 'CLOSED') return 'conversation.reopened';
  return from === 'SNOOZED' ? 'conversation.woken' : 'conversation.updated';
}

/** What a legal move makes of the model. */
function moved({ status, version, events }: Model, to: Status, until: string): Model {
  return {
    status: to,
    version: version + 1,
    until: to === 'SNOOZED' ? until : null,
    events: [...events, eventOf(status, to)],
  };
}

describe('any sequence of status transitions', () => {
  it('leaves a conversation as the transition table says, and is refused where the table forbids it', async () => {
    const workspace = await parley.newWorkspace();
    const ownerId = (await makeUser(workspace)).id;
    await check(
      asyncProperty(array(constantFrom(...moves), { minLength: 4, maxLength: 10 }), async (sequence) => {
        const { id } = await makeConversation(workspace, { ownerId });
        let model: Model = { status: 'OPEN', version: 1, until: null, events: [] };
        for (const [step, { to, run }] of sequence.entries()) {
          const until = new Date(Date.now() + (step + 1) * DAY_MS).toISOString();
          const answer = await run(workspace, id, until);
          const target = to(model);
          if (target && !legalMoves.includes(`${model.status}→${target}`)) {
            expect(answer).toMatchObject({ __typename: 'InvalidTransitionError', from: model.status, to: target });
          } else {
            expect(answer.__typename).toMatch(/Payload$/);
            if (target) model = moved(model, target, until);
          }
        }
        const { status, version, snoozedUntil: until, closure } = await readConversation(workspace, id);
        expect({ status, version, until }).toEqual({
          status: model.status,
          version: model.version,
          until: model.until,
        });
        expect(closure !== null).toBe(status === 'CLOSED');
        const events = await eventTypes(workspace, id);
        expect(events.filter((type) => !/created|joined|message/.test(type))).toEqual(model.events);
      }),
      { numRuns: 15 },
    );
  });
});
