import { describe, expect, it } from 'vitest';
import { ProspectDocument, UpdateProspectDocument, type UpdateProspectInput } from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { testClock } from '../../support/clock.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeProspect } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { signInAs } from '../../support/token.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);

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
  ])('changes %s and keeps everything else', async (field, given, kept) => {
    const before = await makeFull();
    const updatedAt = clock.tick();
    const answer = await succeed(workspace, UpdateProspectDocument, { prospectId: before.id, [field]: given });
    expect(answer.prospect).toEqual({ ...before, [field]: kept, updatedAt });
    expect(await ask(workspace, ProspectDocument, { id: before.id })).toEqual(answer.prospect);
  });

  it('null clears name, email and phone, and fields that cannot be empty stay', async () => {
    const before = await makeFull();
    const change = async (input: Omit<UpdateProspectInput, 'prospectId'>) =>
      (await succeed(workspace, UpdateProspectDocument, { prospectId: before.id, ...input })).prospect;
    expect(await change({ status: null, properties: null, externalReferences: null })).toEqual(before);
    const nothing = { name: null, email: null, phone: null };
    expect(await change(nothing)).toEqual({ ...before, ...nothing });
  });

  it('records who last changed it and keeps who created it', async () => {
    const { id, createdBy } = await makeFull();
    const client = await signInAs(parley, workspace, 'AGENT');
    const { prospect } = await succeed(client, UpdateProspectDocument, { prospectId: id, name: 'Pia' });
    expect(prospect).toMatchObject({ createdBy, updatedBy: { __typename: 'User', id: client.actorId } });
    expect(createdBy).toMatchObject({ __typename: 'ApiKey' });
  });

  it('never sets updatedAt back, even if the clock goes back', async () => {
    const before = await makeFull();
    clock.tick(-60_000);
    const answer = await act(workspace, UpdateProspectDocument, { prospectId: before.id, name: 'Later' });
    clock.tick(60_000);
    expect(expectType(answer, 'UpdateProspectPayload').prospect.updatedAt).toBe(before.updatedAt);
  });

  it('keeps both of two concurrent changes to different fields', async () => {
    const { id } = await makeFull();
    await Promise.all([
      act(workspace, UpdateProspectDocument, { prospectId: id, name: 'Both' }),
      act(workspace, UpdateProspectDocument, { prospectId: id, status: 'NOT_INTERESTED' }),
    ]);
    expect(await ask(workspace, ProspectDocument, { id })).toMatchObject({ name: 'Both', status: 'NOT_INTERESTED' });
  });
});
