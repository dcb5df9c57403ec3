import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../../src/lib/ids.js';
import { note } from '../domain/messages/support/notes.js';
import { EventCursorDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { introspect, type RootField, rootFieldsOf, smallestInput, smallestVariables } from '../support/root-fields.js';
import { digestRows } from '../support/workspace-rows.js';
import { type Everything, makeEverything } from './support/everything.js';

let our: Everything;
let their: Everything;
let fields: RootField[];
/** Of our log. */
let cursor: string;
let noteId: string;
const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);
beforeAll(async () => {
  [our, their] = [await makeEverything(ours), await makeEverything(theirs)];
  cursor = await ask(ours, EventCursorDocument, {});
  noteId = (await note(ours, our.idFor('conversationId'), { text: 'A note' })).id;
  fields = rootFieldsOf(await introspect(ours), 1);
});

/** What an input needs besides required fields, for the server to get as far as looking for its ids. */
function needs(type: GraphQLInputObjectType): object {
  const values: Record<string, unknown> = {
    text: 'x',
    subject: 'x',
    add: ['x'],
    scopes: ['READ'],
    after: 'x'.repeat(20),
    // The kind of alias that may be any text.
    kind: 'EXTERNAL_ID',
    actorId: our.idFor('actorId'),
    assigneeId: our.idFor('assigneeId'),
  };
  // A new conversation needs none of them, and some of them exclude others.
  if (type.name === 'CreateConversationInput' || type.name === 'ConversationFilter') return {};
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in type.getFields()));
}

/** Only notes mention users. */
function inNote({ name }: GraphQLInputObjectType): object {
  if (name === 'SendMessageInput') return { visibility: 'INTERNAL' };
  return name === 'EditMessageInput' ? { messageId: noteId } : {};
}

function leaf(typeName: string, name: string): unknown {
  if (typeName === 'ID') return our.idFor(name);
  if (typeName === 'DateTime') return '2999-01-01T00:00:00Z';
  if (name === 'after') return cursor;
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
  const base = { ...Object(smallestInput(inner, name, leaf)), ...needs(inner) };
  // The id of a new row is not looked for: it is free, whatever has it in another workspace.
  const named = Object.values(inner.getFields()).filter((field) => field.name !== 'id');
  return named.flatMap((field) =>
    placesOf(field.type, field.name).map(({ path, holding }) => ({
      path: `${name}.${path}`,
      holding: (id) => ({
        ...base,
        ...(field.name === 'mentionedUserIds' ? inNote(inner) : {}),
        [field.name]: holding(id),
      }),
    })),
  );
}

type Question = { field: RootField; path: string; variables: (id: string) => object };

function questions(kind: RootField['kind']): Question[] {
  return fields
    .filter((field) => field.kind === kind)
    .flatMap((field) =>
      field.args.flatMap((arg) =>
        placesOf(arg.type, arg.name).map(({ path, holding }) => ({
          field,
          path: `${field.name} ${path}`,
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

/** Where another workspace's id is answered otherwise than an unknown one, and where it is not even looked for. */
async function differences(kind: RootField['kind']) {
  const different: string[] = [];
  const unreached: string[] = [];
  let reachedCount = 0;
  for (const question of questions(kind)) {
    const answers = await Promise.all(
      [...their.byType].map(async ([type, foreign]) => {
        const unknown = unknownId(parseId(foreign)?.type ?? 'Conversation');
        const [found, missing] = await Promise.all([answer(question, foreign), answer(question, unknown)]);
        if (found !== missing) different.push(`${question.path} ${type}:\n${found}\n${missing}`);
        return found;
      }),
    );
    // Ids of most types are refused for what they are; those of the right one must be looked for.
    const reached = answers.filter(
      (each) => !/"(ValidationError|BAD_USER_INPUT)"/.test(each) || each.includes('Must be an active user'),
    );
    reachedCount += reached.length;
    if (reached.length === 0) unreached.push(`${question.path}: ${answers.join('\n').slice(0, 300)}`);
  }
  return { different, unreached, reachedCount };
}

// Thousands of requests: each place of an id, with an id of every type.
describe('the id of a row of another workspace', { timeout: 90_000 }, () => {
  it('gets the same answer as a nonexistent id from every query', async () => {
    const { different, unreached, reachedCount } = await differences('query');
    expect({ different, unreached }).toEqual({ different: [], unreached: [] });
    expect(reachedCount).toBeGreaterThan(25);
  });

  it('gets the same answer as a nonexistent id from every mutation, which changes nothing in either workspace', async () => {
    const before = await digestRows(parley, theirs);
    const { different, unreached, reachedCount } = await differences('mutation');
    expect({ different, unreached }).toEqual({ different: [], unreached: [] });
    expect(reachedCount).toBeGreaterThan(50);
    expect(await digestRows(parley, theirs)).toEqual(before);
  });
});
