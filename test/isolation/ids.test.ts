import { type GraphQLInputType, getNullableType, isInputObjectType, isListType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../../src/graphql/ids.js';
import { unknownId } from '../support/ids.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf, smallestInput, smallestVariables } from '../support/root-fields.js';
import { digestRows } from '../support/workspace-rows.js';
import { type Everything, makeEverything } from './support/everything.js';

let parley: TestServer;
let ours: TestWorkspace;
let theirs: TestWorkspace;
let our: Everything;
let their: Everything;
let fields: RootField[];
beforeAll(async () => {
  parley = await startParley();
  [ours, theirs] = [await parley.newWorkspace(), await parley.newWorkspace()];
  [our, their] = [await makeEverything(ours), await makeEverything(theirs)];
  fields = rootFieldsOf(await introspect(ours), 1);
});
afterAll(() => parley.stop());

/** What an input needs besides ids and required fields, for the server to get as far as looking for the ids. */
const needs: Record<string, object> = {
  MessageContentInput: { text: 'x' },
  SendMessageInput: { text: 'x' },
  TagConversationsInput: { add: ['x'] },
  CreateApiKeyInput: { scopes: ['READ'] },
  UpdateConversationInput: { subject: 'x' },
};

function leaf(typeName: string, name: string): unknown {
  if (typeName === 'ID') return our.idFor(name);
  if (typeName === 'DateTime') return '2999-01-01T00:00:00Z';
  if (typeName === 'String') return name === 'email' ? 'someone@example.com' : 'x';
  return 1;
}

/** The place of an id in an argument, and the argument with an id in that place. */
type Place = { path: string; holding: (id: string) => unknown };

function placesOf(type: GraphQLInputType, name: string): Place[] {
  const inner = getNullableType(type);
  if (isListType(inner)) {
    return placesOf(inner.ofType, name).map(({ path, holding }) => ({ path, holding: (id) => [holding(id)] }));
  }
  if (!isInputObjectType(inner)) return String(inner) === 'ID' ? [{ path: name, holding: (id) => id }] : [];
  const base = { ...Object(smallestInput(inner, name, leaf)), ...needs[inner.name], ...keyMustName(inner.name) };
  return Object.values(inner.getFields()).flatMap((field) =>
    placesOf(field.type, field.name).map(({ path, holding }) => ({
      path: `${name}.${path}`,
      holding: (id) => ({ ...base, [field.name]: holding(id) }),
    })),
  );
}

/** An API key must say who joins, leaves, types or is assigned. */
function keyMustName(inputName: string): object {
  if (/^(Join|Leave)ConversationInput$|^SetTypingInput$/.test(inputName)) return { actorId: our.idFor('actorId') };
  return /^AssignConversations?Input$/.test(inputName) ? { assigneeId: our.idFor('assigneeId') } : {};
}

type Question = { field: RootField; path: string; idName: string; variables: (id: string) => object };

function questions(kind: RootField['kind']): Question[] {
  return fields
    .filter((field) => field.kind === kind)
    .flatMap((field) =>
      field.args.flatMap((arg) =>
        placesOf(arg.type, arg.name).map(({ path, holding }) => ({
          field,
          path: `${field.name} ${path}`,
          idName: path.split('.').at(-1) ?? '',
          variables: (id: string) => ({ ...smallestVariables(field, leaf), [arg.name]: holding(id) }),
        })),
      ),
    );
}

/** What is answered, with the id that was asked for left out. */
async function answer({ field, variables }: Question, id: string): Promise<string> {
  const { status, body } = await ours.post(field.document, variables(id));
  return `${status} ${JSON.stringify(body)}`.replaceAll(id, 'ID');
}

/** The types of ids that a place may be asked with: its own type, and for an actor every kind of actor. */
function typesFor(idName: string): string[] {
  if (/^(id|ids)$/.test(idName)) return [...their.byType.keys()];
  const actor = /^(assigneeId|toAssigneeId|transferTo|actorId|authorId|participantIds?)$/.test(idName);
  return actor ? ['User', 'Bot', 'Contact'] : [parseId(our.idFor(idName))?.type ?? ''];
}

/** Where another workspace's id is answered otherwise than an unknown one, and where it is not even looked for. */
async function differences(kind: RootField['kind']) {
  const different: string[] = [];
  const unreached: string[] = [];
  let count = 0;
  for (const question of questions(kind)) {
    const answers: string[] = [];
    for (const type of typesFor(question.idName)) {
      const foreign = their.byType.get(type);
      const known = foreign && parseId(foreign);
      if (!foreign || !known) continue;
      const [found, unknown] = [await answer(question, foreign), await answer(question, unknownId(known.type))];
      count += 1;
      answers.push(found);
      if (found !== unknown) different.push(`${question.path} ${type}:\n${found}\n${unknown}`);
    }
    const reached = answers.some((each) => !/"(ValidationError|BAD_USER_INPUT)"/.test(each));
    if (!reached) unreached.push(`${question.path}: ${answers.join(' ').slice(0, 300)}`);
  }
  return { different, unreached, count };
}

describe('the id of a row of another workspace', () => {
  it('is answered by every query exactly as one that nobody has', async () => {
    const { different, unreached, count } = await differences('query');
    expect({ different, unreached }).toEqual({ different: [], unreached: [] });
    expect(count).toBeGreaterThan(25);
  });

  it('is answered by every mutation exactly as one that nobody has, and changes nothing in either workspace', async () => {
    const before = await digestRows(parley, theirs);
    const { different, unreached, count } = await differences('mutation');
    expect({ different, unreached }).toEqual({ different: [], unreached: [] });
    expect(count).toBeGreaterThan(50);
    expect(await digestRows(parley, theirs)).toEqual(before);
  });
});
