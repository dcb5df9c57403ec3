import { constant, assert as fcAssert, oneof, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearable,
  fieldsOf,
  type Input,
  input,
  nested,
  nullable,
  optional,
  required,
  rule,
  updateInput,
  withDefault,
} from '../../src/lib/input.js';
import { enumOf, id, list, text } from '../../src/lib/rules.js';
import { parse } from '../../src/lib/validation.js';

const shape = {
  name: required(text(10), 'The name.'),
  note: optional(text(2_000), 'A note.'),
  subject: clearable(text(10), 'The subject.'),
  mode: withDefault(enumOf('Mode', { A: 'A', B: 'B' }, 'A or B'), 'A', 'The mode.'),
  assignee: nullable(text(10), 'Null for nobody.'),
};
const created = input('CreateThing', 'A new thing.', shape);
const updated = updateInput('UpdateThing', 'Changes to a thing.', shape);
const whole = { name: 'a', mode: 'A', assignee: null };

const issuesOf = (declared: Input<unknown>, value: unknown) =>
  declared.schema.safeParse(value).error?.issues.map(({ path, message }) => [path.join('.'), message]);

describe('an input', () => {
  it('takes what its fields take, and names each field that breaks a rule', () => {
    expect(parse(created.schema, { ...whole, note: ' b ' })).toEqual({ ...whole, note: 'b' });
    expect(issuesOf(created, { note: '', subject: 'x'.repeat(11), mode: 'C', assignee: 1 })).toEqual([
      ['name', 'Must be a string.'],
      ['note', 'Must not be empty.'],
      ['subject', 'Must have at most 10 characters.'],
      ['mode', 'Must be A or B.'],
      ['assignee', 'Must be a string.'],
    ]);
  });

  it('reads null for an optional field as if the field were left out', async () => {
    const given = {
      note: oneof(
        constant(null),
        constant(undefined),
        string({ minLength: 1 }).map((s) => `x${s}`),
      ),
    };
    await fcAssert(
      property(record(given), ({ note }) => {
        const { note: _, ...without } = parse(updated.schema, { ...whole, note });
        expect(without).toEqual(whole);
        expect(parse(updated.schema, { ...whole, note }).note).toBe(note?.trim());
      }),
      { seed: 1 },
    );
  });

  it('clears what may be empty with null in an update, and keeps null out of what is created', () => {
    expect(parse(updated.schema, { ...whole, subject: null })).toEqual({ ...whole, subject: null });
    expect(parse(created.schema, { ...whole, subject: null })).toEqual(whole);
    expect(parse(updated.schema, whole)).toEqual(whole);
  });

  it('demands a nullable field, even though GraphQL cannot', () => {
    expect(issuesOf(created, { name: 'a', mode: 'A' })).toEqual([['assignee', 'Must be given; null means none.']]);
  });

  it('checks rules between fields once each field has the right type', () => {
    const checked = input(
      'Pair',
      'Two.',
      { a: optional(text(3), 'A.'), b: optional(text(3), 'B.') },
      {
        check: ({ a, b }, refuse) => {
          if (a === b) refuse('b', 'Must differ from a.');
        },
      },
    );
    expect(issuesOf(checked, { a: 'x', b: 'x' })).toEqual([['b', 'Must differ from a.']]);
    expect(issuesOf(checked, { a: 1, b: 1 })).toEqual([
      ['a', 'Must be a string.'],
      ['b', 'Must be a string.'],
    ]);
    const outer = input('Outer', 'One inside another.', { pair: optional(nested(checked), 'The pair.') });
    expect(outer.schema.safeParse({ pair: { a: 'x', b: 'x' } }).error?.issues[0]?.path).toEqual(['pair', 'b']);
  });

  it('describes each field with its limit, and in updates says what null does', () => {
    const describe = (declared: Input<unknown>) => fieldsOf(declared).map(([name, info]) => [name, info.description]);
    expect(describe(created)).toEqual([
      ['name', 'The name. At most 10 characters.'],
      ['note', 'A note. At most 2,000 characters.'],
      ['subject', 'The subject. At most 10 characters.'],
      ['mode', 'The mode.'],
      ['assignee', 'Null for nobody. At most 10 characters.'],
    ]);
    expect(Object.fromEntries(describe(updated)).subject).toBe('The subject. At most 10 characters. null clears it.');
    expect(fieldsOf(input('X', 'X.', { ids: required(list(id('Contact'), 5, 'ids'), 'Contacts.') }))).toMatchObject([
      ['ids', { type: 'ID', list: true, required: true, description: 'Contacts. At most 5.' }],
    ]);
  });

  it('refuses to be declared with a field that has no rule', () => {
    const bare = rule('String', text(3)).clone();
    expect(() => optional(bare, 'Bare.')).toThrow('needs a rule');
    expect(() => fieldsOf(input('X', 'X.', { bare }))).toThrow('X.bare was not declared as a field.');
  });
});
