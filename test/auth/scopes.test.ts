import { beforeAll, describe, expect, it } from 'vitest';
import { makeApiKey } from '../support/api-key.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import type { TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { digestRows } from '../support/workspace-rows.js';

let fields: RootField[];
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  fields = rootFieldsOf(await introspect(workspace), 0);
});

/** The queries that only an administrator may run. */
const administrative = ['apiKeys', 'auditEvents', 'webhookEndpoints'];

/** A key may always give itself up, and revoke any token that it can show. */
const ofAnyKey = ['revokeApiKey', 'revokeSessionToken'];

/** A value that GraphQL accepts, and that names nothing. */
function leaf(typeName: string): unknown {
  if (typeName === 'ID') return unknownId('Conversation');
  if (typeName === 'DateTime') return '2030-01-01T00:00:00Z';
  if (typeName === 'JSON' || typeName === 'JSONObject') return {};
  return typeName === 'String' ? 'x' : 1;
}

async function requestField({ post }: TestWorkspace, field: RootField) {
  return (await post(field.document, smallestVariables(field, leaf))).body;
}

/** The root fields of a kind that a key is forbidden. */
async function forbidden(key: TestWorkspace, kind: RootField['kind']): Promise<string[]> {
  const names: string[] = [];
  for (const field of fields.filter((each) => each.kind === kind)) {
    const { data, errors } = await requestField(key, field);
    const refused =
      kind === 'mutation'
        ? Object(data?.[field.name]).__typename === 'ForbiddenError'
        : errors?.[0]?.extensions?.code === 'FORBIDDEN';
    if (refused) names.push(field.name);
  }
  return names.sort();
}

const namesOf = (kind: RootField['kind']) =>
  fields
    .filter((field) => field.kind === kind)
    .map(({ name }) => name)
    .sort();

describe('an API key', () => {
  it('with ADMIN may use every operation', async () => {
    expect(await forbidden(workspace, 'query')).toEqual([]);
    expect(await forbidden(await makeApiKey(parley, await parley.newWorkspace()), 'mutation')).toEqual([]);
  });

  it('with WRITE may read and write but not administer', async () => {
    const key = await makeApiKey(parley, await parley.newWorkspace(), { scopes: ['WRITE'] });
    expect(await forbidden(key, 'query')).toEqual(administrative);
    const refused = await forbidden(key, 'mutation');
    expect(refused).toEqual(expect.arrayContaining(['createBot', 'createChannel', 'createUser']));
    expect(refused.filter((name) => /conversation|message|contact|prospect/i.test(name))).toEqual([
      'createContactExportLink',
      'eraseContact',
      'exportContact',
    ]);
  });

  it('with READ may read everything but change nothing', async () => {
    const own = await parley.newWorkspace();
    const key = await makeApiKey(parley, own, { scopes: ['READ'] });
    const before = await digestRows(parley, own);
    expect(await forbidden(key, 'query')).toEqual(administrative);
    expect(await forbidden(key, 'mutation')).toEqual(namesOf('mutation').filter((name) => !ofAnyKey.includes(name)));
    expect(await digestRows(parley, own)).toEqual(before);
  });

  it('without scopes gets FORBIDDEN from queries as a top-level error and from mutations as a union member', async () => {
    const key = await makeApiKey(parley, await parley.newWorkspace(), { scopes: [] });
    expect(await forbidden(key, 'query')).toEqual(namesOf('query'));
    expect(await forbidden(key, 'mutation')).toEqual(namesOf('mutation'));
    const { status, body } = await key.post('{ viewer { scopes } }');
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      { message: 'The scopes of this API key do not allow this.', path: ['viewer'], extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it('is refused what it may not do, regardless of the input', async () => {
    const key = await makeApiKey(parley, workspace, { scopes: ['READ'] });
    const { body } = await key.post(
      'mutation { createBot(input: { name: "" }) { ... on ForbiddenError { code message } } }',
    );
    expect(body.data).toEqual({
      createBot: { code: 'FORBIDDEN', message: 'The scopes of this API key do not allow this.' },
    });
  });
});
