import { randomBytes } from 'node:crypto';
import { assert, integer, option, property, record } from 'fast-check';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { conversationOrdering } from '../../../src/graphql/conversations/conversation-order.js';
import { type PageArgs, readPageArgs } from '../../../src/graphql/core/paging.js';
import { createCursorCodec } from '../../../src/lib/cursor-codec.js';

const cursors = createCursorCodec(randomBytes(32));
const ordering = conversationOrdering('CREATED_AT', 'ASC');
const place = ['2026-01-01T00:00:00.000Z', '01890a5d-ac96-774b-bcce-b302099a8057'];
const cursor = cursors.encode(ordering.name, place);

function refusal(args: PageArgs): GraphQLError | null {
  try {
    readPageArgs(args, ordering, cursors);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const refusing = (name: string, message = '') => ({
  code: 'BAD_USER_INPUT',
  path: [name],
  issues: [{ path: [name], message }],
});

const int32 = integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const someInt = option(integer({ min: -5, max: 110 }), { nil: null });
const isSize = (size: number | null) => size === null || (size >= 1 && size <= 100);

describe('the arguments of a list', () => {
  it('are accepted as given or refused, never clamped', () =>
    assert(
      property(
        record({
          first: someInt,
          last: someInt,
          after: option(integer({ max: 0 }), { nil: null }),
          before: option(integer({ max: 0 }), { nil: null }),
          offset: option(int32, { nil: null, freq: 2 }),
        }),
        ({ first, last, offset, ...given }) => {
          const after = given.after === null ? null : cursor;
          const before = given.before === null ? null : cursor;
          const args = { first, last, after, before, offset };
          const both = first !== null && last !== null;
          const clash = offset !== null && (after !== null || before !== null || last !== null);
          const far = offset !== null && (offset < 0 || offset > 10_000);
          const legal = !both && !clash && !far && isSize(first) && isSize(last);
          if (legal) {
            expect(readPageArgs(args, ordering, cursors)).toEqual({
              limit: last ?? first ?? 20,
              backward: last !== null,
              after: after && place,
              before: before && place,
              offset: offset ?? 0,
            });
          } else {
            const error = refusal(args);
            const [name = ''] = [error?.extensions.path].flat().map(String);
            expect(error?.extensions).toEqual(refusing(name, error?.message));
            expect(error?.message).toContain(name);
          }
        },
      ),
      { numRuns: 500 },
    ));

  it.each([
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['first', { first: -1 }],
    ['last', { last: 0 }],
    ['last', { last: 101 }],
    ['last', { first: 1, last: 1 }],
    ['offset', { offset: -1 }],
    ['offset', { offset: 10_001 }],
    ['offset', { offset: 0, after: cursor }],
    ['offset', { offset: 0, before: cursor }],
    ['offset', { offset: 0, last: 1 }],
    ['after', { after: '' }],
    ['after', { after: 'MTIz' }],
    ['before', { before: cursors.encode('conversations:CREATED_AT:DESC', place) }],
    ['after', { after: cursors.encode('messages', [1]) }],
  ])('cause a refusal that names %s for %j', (name, args) => {
    expect(refusal(args)?.extensions).toEqual(refusing(name, refusal(args)?.message));
  });
});
