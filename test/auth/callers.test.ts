import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { callers } from '../../src/auth/permissions.js';
import { permissionOf } from '../../src/graphql/core/builder.js';
import { schema } from '../../src/graphql/schema.js';
import { idTypeOf } from '../input/support/well-formed.js';
import { type Everything, makeEverything } from '../isolation/support/everything.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId, uuidOf } from '../support/ids.js';
import type { TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { signInAs, type TokenKind } from '../support/token.js';
import { digestRows } from '../support/workspace-rows.js';

const parley = useParley();
const workspace = useWorkspace(parley);
const kinds: TokenKind[] = ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'];

let fields: RootField[];
/** Rows of every kind, which are neither the contact's nor, as far as the conversation goes, an agent's to see. */
let theirs: Everything;
beforeAll(async () => {
  // But for what would end the caller's token.
  fields = rootFieldsOf(await introspect(workspace), 0).filter(({ name }) => name !== 'revokeSessionToken');
  theirs = await makeEverything(workspace, 'theirs');
});

const namesOf = (kind: RootField['kind']) => fields.filter((field) => field.kind === kind).map(({ name }) => name);

function fieldOf(from: GraphQLSchema, { kind, name }: RootField): GraphQLField<unknown, unknown> {
  const type = kind === 'query' ? from.getQueryType() : from.getMutationType();
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (!field) throw new Error(`No such field: ${name}`);
  return field;
}

/** What a field is asked with; `idFor` answers an id for a field of this name. */
function variablesOf(field: RootField, idFor: (name: string) => string): object {
  return smallestVariables(field, (typeName, name) => {
    if (typeName === 'ID') return idFor(name === 'id' ? `${field.name}Id` : name);
    if (typeName === 'DateTime') return '2999-01-01T00:00:00Z';
    if (typeName === 'JSON' || typeName === 'JSONObject') return {};
    return typeName === 'String' ? 'x' : 1;
  });
}

const unknown = (name: string) => unknownId(idTypeOf(name));

/** The root fields of a kind that a caller is forbidden. */
async function forbidden({ post }: TestWorkspace, kind: RootField['kind']): Promise<string[]> {
  const names: string[] = [];
  for (const field of fields.filter((each) => each.kind === kind)) {
    const { data, errors } = (await post(field.document, variablesOf(field, unknown))).body;
    const refused =
      kind === 'mutation'
        ? Object(data?.[field.name]).__typename === 'ForbiddenError'
        : errors?.[0]?.extensions?.code === 'FORBIDDEN';
    if (refused) names.push(field.name);
  }
  return names;
}

describe.each(kinds)('a caller of the kind %s', (kind) => {
  let caller: TestWorkspace;
  beforeAll(async () => {
    caller = await signInAs(parley, workspace, kind);
  });

  it('is forbidden exactly what the permission table does not allow', async () => {
    const { may } = callers[kind];
    const lacking = (field: RootField) => !may.includes(permissionOf(fieldOf(schema, field)));
    const expected = (of: RootField['kind']) =>
      fields.filter((field) => field.kind === of && lacking(field)).map(({ name }) => name);
    // A key may revoke itself. A caller with a token has no key, so that revoking takes an administrator.
    const ofKeys = may.includes('administer') ? [] : ['revokeApiKey'];
    // It is asked for a key with the scope ADMIN, which is above an ADMIN.
    const ofOwners = kind === 'ADMIN' ? ['createApiKey'] : [];
    expect((await forbidden(caller, 'mutation')).sort()).toEqual(
      [...expected('mutation'), ...ofKeys, ...ofOwners].sort(),
    );
    // To a contact what it may not ask for is empty.
    expect(await forbidden(caller, 'query')).toEqual(kind === 'CONTACT' ? [] : expected('query'));
  });
});

it('an AGENT cannot administer, a READ_ONLY user can only read, and a contact can only converse', async () => {
  const administrative =
    /User$|Bot$|Channel$|ApiKey$|^updateWorkspace$|Webhook|^eraseContact$|^exportContact$|^createContactExportLink$/;
  const allowed = async (kind: TokenKind) => {
    const refused = await forbidden(await signInAs(parley, workspace, kind), 'mutation');
    return namesOf('mutation').filter((name) => !refused.includes(name));
  };
  const all = namesOf('mutation');
  expect(await allowed('OWNER')).toEqual(all);
  expect(await allowed('AGENT')).toEqual(all.filter((name) => !administrative.test(name)));
  expect((await allowed('READ_ONLY')).sort()).toEqual(['createSessionToken', 'markConversationRead']);
  expect((await allowed('CONTACT')).sort()).toEqual([
    'createConversation',
    'createSessionToken',
    'createUpload',
    'deleteMessage',
    'editMessage',
    'markConversationRead',
    'sendMessage',
    'setTyping',
  ]);
});

/** Of the tables, those whose rows of the workspace are others than before. */
async function changedSince(before: Record<string, string>): Promise<string[]> {
  const after = await digestRows(parley, workspace);
  return Object.keys(after).filter((table) => after[table] !== before[table]);
}

it('a READ_ONLY user can change only its own read position, even on rows it can see', async () => {
  const seen = await makeEverything(workspace, 'seen', { owned: false });
  const caller = await signInAs(parley, workspace, 'READ_ONLY');
  // Their revision tells that somebody has read them.
  const conversations = () => parley.database.prisma.$queryRaw<object[]>`
    SELECT to_jsonb(c) - 'revision' AS row FROM "Conversation" c
    WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid ORDER BY id`;
  const [before, conversationsBefore] = [await digestRows(parley, workspace), await conversations()];
  for (const field of fields.filter(({ kind }) => kind === 'mutation')) {
    const { body } = await caller.post(field.document, variablesOf(field, seen.idFor));
    expect(body.errors, field.name).toBeUndefined();
  }
  expect((await changedSince(before)).sort()).toEqual(['Conversation', 'Event', 'EventHead', 'ReadPosition']);
  expect(await conversations()).toEqual(conversationsBefore);
});

describe('what a caller may not see', () => {
  const types = {
    AGENT: ['Conversation', 'Message', 'Participant'],
    READ_ONLY: ['Conversation', 'Message', 'Participant'],
  };

  /** Answers of a caller to the same question with ids that it may not see, and with such that nobody has. */
  async function differences({ post }: TestWorkspace, isHidden: (type: string) => boolean): Promise<string[]> {
    const different: string[] = [];
    let asked = 0;
    for (const field of fields) {
      let hides = false;
      const mixed = (hidden: (name: string) => string) => (name: string) => {
        if (!isHidden(idTypeOf(name))) return theirs.idFor(name);
        hides = true;
        return hidden(name);
      };
      const questions = [variablesOf(field, mixed(theirs.idFor)), variablesOf(field, mixed(unknown))];
      if (!hides) continue;
      asked += 1;
      const answers: string[] = [];
      for (const variables of questions) {
        const { status, body } = await post(field.document, variables);
        const ids = JSON.stringify(variables).match(/\b[a-z]+_[0-7][0-9a-z]{25}\b/g) ?? [];
        answers.push(ids.reduce((text, id) => text.replaceAll(id, 'ID'), `${status} ${JSON.stringify(body)}`));
      }
      if (answers[0] !== answers[1]) different.push(`${field.name}:\n${answers.join('\n')}`);
    }
    expect(asked).toBeGreaterThan(20);
    return different;
  }

  it.each(['AGENT', 'READ_ONLY'] as const)(
    'looks nonexistent to a user with the role %s if another user owns it',
    async (kind) => {
      const caller = await signInAs(parley, workspace, kind);
      const before = await digestRows(parley, workspace);
      expect(await differences(caller, (type) => types[kind].includes(type))).toEqual([]);
      const changed = await changedSince(before);
      for (const table of ['Conversation', 'Message', 'Participant', 'ReadPosition'])
        expect(changed).not.toContain(table);
    },
  );

  it('looks nonexistent to a contact if it belongs to anyone else', async () => {
    const caller = await signInAs(parley, workspace, 'CONTACT');
    const before = await digestRows(parley, workspace);
    expect(await differences(caller, () => true)).toEqual([]);
    expect(await changedSince(before)).toEqual([]);
  });
});
