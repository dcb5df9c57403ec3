import { type ComplexityErrorFn, ComplexityErrorKind } from '@pothos/plugin-complexity';
import { GraphQLError } from 'graphql';
import type { PageArgs } from './paging.js';

/**
 * What one operation may ask for: levels of nesting, fields in all, and the sum of fields times the rows of every page
 * around them. An inbox page of 100 with all that a row shows costs about 6 000.
 */
export const complexityLimit = { depth: 15, breadth: 500, complexity: 100_000 };

const remedies: Record<ComplexityErrorKind, string> = {
  [ComplexityErrorKind.Depth]: `Nest at most ${complexityLimit.depth} levels.`,
  [ComplexityErrorKind.Breadth]: `Ask for at most ${complexityLimit.breadth} fields.`,
  [ComplexityErrorKind.Complexity]: `Ask for smaller pages or fewer fields: fields times rows may be ${complexityLimit.complexity} at most.`,
};

export const tooComplex: ComplexityErrorFn = (kind) =>
  new GraphQLError(`The operation is too large. ${remedies[kind]}`, { extensions: { code: 'QUERY_TOO_COMPLEX' } });

const DEFAULT_SIZE = 20;

/** What a list costs: what is selected of a row, times the rows of the page. */
export function pageComplexity({ first, last }: Pick<PageArgs, 'first' | 'last'>) {
  return { field: 1, multiplier: Math.max(1, first ?? last ?? DEFAULT_SIZE) };
}

/** What the wrappers inside a connection cost: nothing of their own, for the connection has counted the rows. */
export const wrapperComplexity = { field: 0, multiplier: 1 };
