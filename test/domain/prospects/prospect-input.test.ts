import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  CreateProspectDocument,
  ProspectDocument,
  ProspectsDocument,
  UpdateProspectDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeProspect } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** A JSON object that is written out in exactly this many bytes. */
const sized = (bytes: number) => ({ key: 'x'.repeat(bytes - '{"key":""}'.length) });
const KB16 = 16 * 1024;
const reference = { provider: 'CRM', id: '1' };

const refused: [name: string, input: Record<string, unknown>, path: string[]][] = [
  ['an empty name', { name: '  ' }, ['name']],
  ['a name of 256 characters', { name: 'x'.repeat(256) }, ['name']],
  ['no e-mail address', { email: 'paula at example.com' }, ['email']],
  ['an e-mail address of 255 characters', { email: `${'x'.repeat(243)}@example.com` }, ['email']],
  ['a phone number without its country', { phone: '030 123456' }, ['phone']],
  ['properties of more than 16 KB', { properties: sized(KB16 + 1) }, ['properties']],
  ['51 references', { externalReferences: Array.from({ length: 51 }, () => reference) }, ['externalReferences']],
  [
    'an empty provider',
    { externalReferences: [reference, { ...reference, provider: ' ' }] },
    ['externalReferences', '1', 'provider'],
  ],
  [
    'a provider of 256 characters',
    { externalReferences: [{ ...reference, provider: 'x'.repeat(256) }] },
    ['externalReferences', '0', 'provider'],
  ],
  ['an empty reference', { externalReferences: [{ ...reference, id: '' }] }, ['externalReferences', '0', 'id']],
  [
    'a reference of 256 characters',
    { externalReferences: [{ ...reference, id: 'x'.repeat(256) }] },
    ['externalReferences', '0', 'id'],
  ],
  [
    "a reference's properties of more than 16 KB",
    { externalReferences: [{ ...reference, properties: sized(KB16 + 1) }] },
    ['externalReferences', '0', 'properties'],
  ],
];

/** Sends an input that the types of the variables do not allow. */
const send = async <Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  input: Record<string, unknown>,
) => {
  const { body } = await workspace.post<Result>(print(document), { input });
  if (body.errors || !body.data) throw new Error(JSON.stringify(body.errors));
  return body.data;
};

describe('the input of a prospect', () => {
  it.each(refused)('is refused by createProspect with %s', async (_name, input, path) => {
    const alone = (await ask(workspace, ProspectsDocument, {})).totalCount;
    const { createProspect } = await send(CreateProspectDocument, input);
    expect(expectType(createProspect, 'ValidationError').issues.map((issue) => issue.path)).toEqual([path]);
    expect((await ask(workspace, ProspectsDocument, {})).totalCount).toBe(alone);
  });

  it.each(refused)('is refused by updateProspect with %s', async (_name, input, path) => {
    const before = await makeProspect(workspace, { name: 'Paula' });
    const { updateProspect } = await send(UpdateProspectDocument, { prospectId: before.id, ...input });
    expect(expectType(updateProspect, 'ValidationError').issues.map((issue) => issue.path)).toEqual([path]);
    expect(await ask(workspace, ProspectDocument, { id: before.id })).toEqual(before);
  });

  it('may reach each limit', async () => {
    const properties = sized(KB16);
    const full = { provider: 'p'.repeat(255), id: 'i'.repeat(255), properties };
    const prospect = await makeProspect(workspace, {
      name: 'x'.repeat(255),
      properties,
      externalReferences: Array.from({ length: 50 }, (_item, index) => (index === 49 ? full : reference)),
    });
    expect(prospect.properties).toEqual(properties);
    expect(prospect.externalReferences).toHaveLength(50);
    expect(prospect.externalReferences.at(-1)).toEqual(full);
  });

  it('is refused with every broken rule named', async () => {
    const { createProspect } = await send(CreateProspectDocument, { name: '', email: 'x', phone: '1' });
    const { issues } = expectType(createProspect, 'ValidationError');
    expect(issues.map(({ path }) => path)).toEqual([['name'], ['email'], ['phone']]);
  });

  it('treats null as left out when a prospect is created', async () => {
    const nothing = { name: null, email: null, phone: null };
    const input = { ...nothing, properties: null, externalReferences: null, idempotencyKey: null };
    expect(await makeProspect(workspace, input)).toMatchObject({ ...nothing, properties: {}, externalReferences: [] });
    const { externalReferences } = await makeProspect(workspace, {
      externalReferences: [{ ...reference, properties: null }],
    });
    expect(externalReferences).toEqual([{ ...reference, properties: {} }]);
  });

  it('can neither clear the status nor set an unknown one', async () => {
    const { id } = await makeProspect(workspace, { status: 'NOT_INTERESTED' });
    const { updateProspect } = await send(UpdateProspectDocument, { prospectId: id, status: null });
    expect(expectType(updateProspect, 'UpdateProspectPayload').prospect.status).toBe('NOT_INTERESTED');
    for (const status of ['LOST', null]) {
      const { body } = await workspace.post(print(CreateProspectDocument), { input: { status } });
      expect(body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    }
    expect(await ask(workspace, ProspectDocument, { id })).toMatchObject({ status: 'NOT_INTERESTED' });
  });

  it('is stored unchanged if it looks like SQL, markup or a script', async () => {
    const name = `Robert'); DROP TABLE "Prospect";-- <b>%_\\</b> 王小明 🙂`;
    const { id } = await makeProspect(workspace, { name, properties: { [name]: name } });
    expect(await ask(workspace, ProspectDocument, { id })).toMatchObject({ name, properties: { [name]: name } });
    expect((await succeed(workspace, UpdateProspectDocument, { prospectId: id })).prospect.name).toBe(name);
  });
});
