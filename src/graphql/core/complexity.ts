import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, Kind, OperationTypeNode } from 'graphql';
import type { PageArgs } from './paging.js';
import { statementsOf } from './statements.js';

/**
 * Limits of one operation: levels of nesting, number of fields, and the sum of its fields, each multiplied by the sizes
 * of the pages around it. An inbox page of 100 with everything that a row shows costs about 12 000.
 */
export const complexityLimit = { depth: 15, breadth: 500, complexity: 100_000 };

/** The limit of a subscription, which is executed again for every event. What an inbox needs of one costs about 300. */
export const subscriptionComplexityLimit = 6_000;

/** What a list that is no page is assumed to have. The budget of an operation ends one that has many more. */
export const assumedRows = 5;

function tooComplex(remedy: string): GraphQLError {
  return new GraphQLError(`The operation is too large. ${remedy}`, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
}

/** An operation that is about to be executed: a document and variables that are valid for the schema. */
type Operation = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables: Record<string, unknown>;
};

/** What an operation costs, and why it is refused before anything is resolved; null if it is within the limits. */
export function judgeComplexity({ schema, document, operationName, variables }: Operation): {
  cost: number;
  refusal: GraphQLError | null;
} {
  const { depth, breadth, ...fields } = complexityFromQuery(onlyOperation(document, operationName), {
    schema,
    variables,
  });
  const complexity = fields.complexity + STATEMENT * statementsOf(schema, document, operationName);
  return {
    cost: complexity,
    refusal: refusalOf({ depth, breadth, complexity }, isSubscription(document, operationName)),
  };
}

type Complexity = { depth: number; breadth: number; complexity: number };

function refusalOf({ depth, breadth, complexity }: Complexity, subscribes: boolean): GraphQLError | null {
  if (depth > complexityLimit.depth) return tooComplex(`Nest at most ${complexityLimit.depth} levels.`);
  if (breadth > complexityLimit.breadth) return tooComplex(`Select at most ${complexityLimit.breadth} fields.`);
  const limit = subscribes ? subscriptionComplexityLimit : complexityLimit.complexity;
  if (complexity <= limit) return null;
  const what = subscribes ? ' for each event' : '';
  return tooComplex(
    `Request smaller pages or fewer fields: they may cost at most ${limit}${what}, and cost ${complexity}.`,
  );
}

function isSubscription(document: DocumentNode, name: string | null | undefined): boolean {
  return getOperationAST(document, name)?.operation === OperationTypeNode.SUBSCRIPTION;
}

/** The document without its other operations. */
function onlyOperation(document: DocumentNode, name: string | null | undefined): DocumentNode {
  const isOther = (node: DocumentNode['definitions'][number]) =>
    node.kind === Kind.OPERATION_DEFINITION && Boolean(name) && node.name?.value !== name;
  return { ...document, definitions: document.definitions.filter((node) => !isOther(node)) };
}

const DEFAULT_SIZE = 20;

/**
 * What reading a row costs besides its fields, by how much it may hold, whether that is selected or not: a message up to
 * 144 KB of text, content and metadata, a delivery 32 KB of bodies, rows with metadata 16 KB. So one operation cannot
 * make the server read more than some 300 MB.
 */
export const rowWeight = { message: 50, delivery: 15, withMetadata: 5, plain: 1 };

/** What a statement costs besides its rows, and what searching a text costs besides that. */
export const STATEMENT = 10;
export const SEARCH = 500;
/** What a mutation costs for its transaction, and one of up to 100 rows besides that. */
export const WRITE = 100;
export const BULK_WRITE = 1_000;
/** What every operation costs, however little it selects. */
export const BASE_COST = 10;
/** What counting all rows of a list costs. */
export const COUNT = 20;

type ListArgs = Pick<PageArgs, 'first' | 'last'> & { search?: unknown; filter?: unknown };

/** The complexity of a list: its statement, and what reading and selecting a row costs, times the size of the page. */
export function pageComplexity(weight: number) {
  return ({ first, last, search, filter }: ListArgs) => {
    const multiplier = Math.max(1, first ?? last ?? DEFAULT_SIZE);
    const searches = search != null || Object(filter).search != null || Object(filter).text != null;
    return { field: STATEMENT + (searches ? SEARCH : 0) + weight * multiplier, multiplier };
  };
}

/** The complexity of the wrappers in a connection: none, because the connection has counted the rows. */
export const wrapperComplexity = { field: 0, multiplier: 1 };
