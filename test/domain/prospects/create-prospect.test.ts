import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  CreateProspectDocument,
  type CreateProspectInput,
  DeleteProspectDocument,
  ProspectDocument,
  ProspectsDocument,
  ViewerDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { expectType } from '../../support/parley.js';

let now = new Date('2026-03-01T10:00:00.000Z');
const parley = useParley({ clock: () => now });
const workspace = useWorkspace(parley);

type Input = CreateProspectInput;

const statuses: NonNullable<Input['status']>[] = [
  'NEW',
  'GENERAL_ENQUIRY',
  'SCHEDULED_CALLBACK_WITH_BOT',
  'SCHEDULED_APPOINTMENT_WITH_PERSON',
  'SCHEDULED_APPOINTMENT_FOR_SERVICE',
  'NOT_INTERESTED',
  'PRODUCT_ORDER_PLACED',
  'SERVICE_ORDER_PLACED',
];

const created = async (input: Input) => (await succeed(workspace, CreateProspectDocument, input)).prospect;

describe('createProspect', () => {
  it('stores every given field, with email in lower case and phone in E.164', async () => {
    const { actor } = await ask(workspace, ViewerDocument, {});
    const prospect = await created({
      name: '  Paula Prospect ',
      email: 'Paula@Example.COM',
      phone: '+49 (30) 123 456',
      status: 'GENERAL_ENQUIRY',
      properties: { budget: 1200.5, nested: { list: [1, null, 'x'] } },
      externalReferences: [
        { provider: 'CRM', id: '4711', properties: { stage: 'lead' } },
        { provider: 'Shop', id: 'a/b' },
      ],
    });
    expect(prospect).toEqual({
      id: expect.stringMatching(/^prsp_[0-9a-z]{26}$/),
      name: 'Paula Prospect',
      email: 'paula@example.com',
      phone: '+4930123456',
      status: 'GENERAL_ENQUIRY',
      properties: { budget: 1200.5, nested: { list: [1, null, 'x'] } },
      externalReferences: [
        { provider: 'CRM', id: '4711', properties: { stage: 'lead' } },
        { provider: 'Shop', id: 'a/b', properties: {} },
      ],
      createdBy: actor,
      createdAt: '2026-03-01T10:00:00.000Z',
      updatedBy: actor,
      updatedAt: '2026-03-01T10:00:00.000Z',
    });
    expect(await ask(workspace, ProspectDocument, { id: prospect.id })).toEqual(prospect);
  });

  it('needs no input at all', async () => {
    expect(await created({})).toMatchObject({
      name: null,
      email: null,
      phone: null,
      status: 'NEW',
      properties: {},
      externalReferences: [],
    });
  });

  it.each(statuses)('accepts the status %s', async (status) => {
    expect((await created({ status })).status).toBe(status);
  });

  it('lets two prospects share phone number, e-mail address and references', async () => {
    const input: Input = {
      email: 'shared@example.com',
      phone: '+4930999999',
      externalReferences: [{ provider: 'CRM', id: '1' }],
    };
    const [first, second] = [await created(input), await created(input)];
    expect(second).toEqual({ ...first, id: second.id });
    expect(second.id).not.toBe(first.id);
  });

  it('returns the same prospect for the same idempotency key, even for 20 concurrent requests', async () => {
    const alone = await parley.newWorkspace();
    const input: Input = { name: 'Once', properties: { a: 1, b: 2 }, idempotencyKey: 'once' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(alone, CreateProspectDocument, input)));
    const ids = answers.map((answer) => expectType(answer, 'CreateProspectPayload').prospect.id);
    expect(new Set(ids).size).toBe(1);
    expect((await ask(alone, ProspectsDocument, {})).totalCount).toBe(1);
    expect(await act(alone, CreateProspectDocument, { ...input, properties: { b: 2, a: 1 } })).toEqual(answers[0]);
  });

  it('refuses an idempotency key that was used with another input', async () => {
    await created({ name: 'One', idempotencyKey: 'taken' });
    const { body } = await workspace.post(print(CreateProspectDocument), {
      input: { name: 'Two', idempotencyKey: 'taken' },
    });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('returns NotFoundError if the prospect of the idempotency key was deleted', async () => {
    const input: Input = { name: 'Gone', idempotencyKey: 'gone' };
    const { id } = await created(input);
    await succeed(workspace, DeleteProspectDocument, { prospectId: id });
    expect((await failWith(workspace, 'NotFoundError', CreateProspectDocument, input)).id).toBe(id);
  });

  it('forgets an idempotency key after 30 days', async () => {
    const input: Input = { name: 'Monthly', idempotencyKey: 'monthly' };
    const first = await created(input);
    const before = now;
    now = new Date(before.getTime() + 30 * 24 * 60 * 60 * 1000);
    const second = await created(input);
    now = before;
    expect(second.id).not.toBe(first.id);
  });
});
