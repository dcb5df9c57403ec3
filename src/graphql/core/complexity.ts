import { type ComplexityErrorFn, ComplexityErrorKind } from '@pothos/plugin-complexity';
import { GraphQLError } from 'graphql';
import type { PageArgs } from './paging.js';

/**
 * Limits of one operation: levels of nesting, number of fields, and the sum of its fields, each multiplied by the sizes
 * of the pages around it. An inbox page of 100 with everything that a row shows costs about 6 000.
 */
export const complexityLimit = { depth: 15, breadth: 500, complexity: 100_000 };

const remedies: Record<ComplexityErrorKind, string> = {
  [ComplexityErrorKind.Depth]: `Nest at most ${complexityLimit.depth} levels.`,
  [ComplexityErrorKind.Breadth]: `Select at most ${complexityLimit.breadth} fields.`,
  [ComplexityErrorKind.Complexity]: `Request smaller pages or fewer fields: fields times rows may be at most ${complexityLimit.complexity}.`,
};

export const tooComplex: ComplexityErrorFn = (kind) =>
  new GraphQLError(`The operation is too large. ${remedies[kind]}`, { extensions: { code: 'QUERY_TOO_COMPLEX' } });

const DEFAULT_SIZE = 20;

/** The complexity of a list: what is selected of a row, times the size of the page. */
export function pageComplexity({ first, last }: Pick<PageArgs, 'first' | 'last'>) {
  return { field: 1, multiplier: Math.max(1, first ?? last ?? DEFAULT_SIZE) };
}

/** The complexity of the wrappers in a connection: none, because the connection has counted the rows. */
export const wrapperComplexity = { field: 0, multiplier: 1 };
