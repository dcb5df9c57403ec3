import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, Kind, OperationTypeNode } from 'graphql';
import { costOnce } from './cost-once.js';
import type { PageArgs } from './paging.js';

/**
 * Limits of one operation: levels of nesting, number of fields, and the sum of its fields, each multiplied by the sizes
 * of the pages around it. A point is about a microsecond of CPU time, of the server and the database together.
 */
export const complexityLimit = { depth: 15, breadth: 500, complexity: 100_000 };

/** The limit of a subscription, which is executed again for every event. */
export const subscriptionComplexityLimit = 15_000;

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
  const complexity = fields.complexity + costOnce(schema, document, operationName);
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
 * make the server read more than some 300 MB. A short message takes a seventh of its weight; one of 28 KB more, which its bytes pay.
 */
export const rowWeight = { message: 50, delivery: 15, withMetadata: 5, plain: 1 };

/** What an operation costs whose variables are refused: they may be 256 KB that are parsed, checked and described. */
export const WRONG_VARIABLES = 5_000;

/** So many bytes of an answer cost a point, where it has fewer fields than that. */
export const BYTES_A_POINT = 64;

/** A body above this costs `BODY_KILOBYTE` for each kilobyte that it is larger. */
export const FREE_BODY_BYTES = 16_384;
export const BODY_KILOBYTE = 20;

/** A document of more tokens costs `TOKEN` for each of these, unless it was valid before and is remembered. */
export const FREE_TOKENS = 1_000;
export const TOKEN = 5;

// The prices below are measured by bench/prices.ts.

/** What every operation costs, however little it selects. */
export const BASE_COST = 500;
/** What a statement costs besides its rows, once however many rows are around it. */
export const STATEMENT = 250;
/** What a list costs besides that for each row that it is of. */
export const LIST = 10;
/** What searching the texts of conversations and messages costs, and what the names of people. */
export const SEARCH = { texts: 8_000, people: 3_000 };
/** What a mutation costs for its transaction, and one of many rows for each of them. */
export const WRITE = 3_000;
export const BULK_ROW = 400;
/** What exporting a contact costs, of whom a few thousand messages are held. */
export const EXPORT = 50_000;
/** What counting all conversations by status costs, and by assignee. */
export const COUNT_BY = 5_000;

type ListArgs = Pick<PageArgs, 'first' | 'last'> & { search?: unknown; filter?: unknown };

/** The complexity of a list: what reading and selecting a row costs, times the size of the page. */
export function pageComplexity(weight: number) {
  return ({ first, last, search, filter }: ListArgs) => {
    const multiplier = Math.max(1, first ?? last ?? DEFAULT_SIZE);
    const people = search == null ? 0 : SEARCH.people;
    const texts = Object(filter).search == null && Object(filter).text == null ? 0 : SEARCH.texts;
    return { field: LIST + people + texts + weight * multiplier, multiplier };
  };
}

const MAX_BULK = 100;

/** The complexity of a mutation of many conversations; how many it may be at most is for its input to refuse. */
export function bulkComplexity({ input }: { input?: unknown }): number {
  const { conversationIds } = Object(input);
  return WRITE + BULK_ROW * Math.min(Array.isArray(conversationIds) ? conversationIds.length : 0, MAX_BULK);
}

/** The complexity of the wrappers in a connection: none, because the connection has counted the rows. */
export const wrapperComplexity = { field: 0, multiplier: 1 };
