import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProspect } from '../support/make.js';
import { expectType, startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { read, update } from './support/act.js';

let parley: TestServer;
let workspace: TestWorkspace;
let now = new Date('2026-03-01T10:00:00.000Z');
beforeAll(async () => {
  parley = await startParley({ clock: () => now });
  workspace = await parley.newWorkspace();
});
afterAll(() => parley.stop());

const full = {
  name: 'Paula',
  email: 'paula@example.com',
  phone: '+4930123456',
  status: 'GENERAL_ENQUIRY',
  properties: { budget: 1, note: 'x' },
  externalReferences: [{ provider: 'CRM', id: '1', properties: {} }],
} as const;

const makeFull = () =>
  makeProspect(workspace, { ...full, externalReferences: full.externalReferences.map((reference) => reference) });

describe('updateProspect', () => {
  it.each([
    ['name', ' Pia ', 'Pia'],
    ['email', 'Pia@Example.com', 'pia@example.com'],
    ['phone', '+49 30 654321', '+4930654321'],
    ['status', 'SERVICE_ORDER_PLACED', 'SERVICE_ORDER_PLACED'],
    ['properties', { note: null, size: 2 }, { note: null, size: 2 }],
    ['properties', {}, {}],
    ['externalReferences', [{ provider: 'Shop', id: '2' }], [{ provider: 'Shop', id: '2', properties: {} }]],
    ['externalReferences', [], []],
  ])('changes %s and leaves all else', async (field, given, kept) => {
    const before = await makeFull();
    now = new Date(now.getTime() + 1000);
    const answer = expectType(
      await update(workspace, { prospectId: before.id, [field]: given }),
      'UpdateProspectPayload',
    );
    expect(answer.prospect).toEqual({ ...before, [field]: kept, updatedAt: now.toISOString() });
    expect(await read(workspace, before.id)).toEqual(answer.prospect);
  });

  it('never sets updatedAt back, even if the clock falls', async () => {
    const before = await makeFull();
    const earlier = now;
    now = new Date(now.getTime() - 60_000);
    const answer = await update(workspace, { prospectId: before.id, name: 'Later' });
    now = earlier;
    expect(expectType(answer, 'UpdateProspectPayload').prospect.updatedAt).toBe(before.updatedAt);
  });

  it('keeps both of two changes of different fields at once', async () => {
    const { id } = await makeFull();
    await Promise.all([
      update(workspace, { prospectId: id, name: 'Both' }),
      update(workspace, { prospectId: id, status: 'NOT_INTERESTED' }),
    ]);
    expect(await read(workspace, id)).toMatchObject({ name: 'Both', status: 'NOT_INTERESTED' });
  });
});
