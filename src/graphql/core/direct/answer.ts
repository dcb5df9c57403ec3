import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLField,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { permissionOf } from '../builder.js';
import type { Context } from '../context.js';
import { executePlain, type RootValues } from '../execute.js';
import { type Compilation, rootFieldsOf } from './compile.js';
import { fragmentsOf, innerVariables } from './document.js';
import { complete } from './json-text.js';
import { NotDirect, type Selected } from './rows.js';

/** Reads a root field, and writes it as JSON. Throws NotDirect if what it has read is for the resolvers. */
type Read = () => Promise<string>;

/** Takes the arguments of a root field. Throws if they are refused, and NotDirect if they are for the resolvers. */
export type DirectRoot = (context: Context, args: Record<string, unknown>) => Read;

const roots = new Map<string, (selected: Selected) => DirectRoot>();

/** Declares root fields of queries that PostgreSQL answers. What they prepare is kept for operations that are alike. */
export function directRoots(fields: Record<string, (selected: Selected) => DirectRoot>): void {
  for (const [name, prepare] of Object.entries(fields)) roots.set(name, prepare);
}

type Root = { node: FieldNode; field: GraphQLField<unknown, unknown>; prepared: DirectRoot };

/** The root fields of an operation by their keys; null for those that are for the resolvers, and for all if none is not. */
type Plan = ReadonlyMap<string, Root | null> | null;

/** Fields in all plans that are kept, of which each takes about half a kilobyte. */
const MAX_PLANNED_FIELDS = 100_000;
/** Operations with longer variables below their root fields are compiled each time. */
const MAX_KEPT_VARIABLES = 200;

/** A plan, and the number of fields that were compiled for it, with one for what is kept of every operation. */
type Planned = { plan: Plan; fields: number };

const plans = new LRUCache<string, Planned>({
  maxSize: MAX_PLANNED_FIELDS,
  sizeCalculation: ({ fields }) => fields,
});

type Known = { id: number; variables: readonly string[] };
const knownDocuments = new WeakMap<DocumentNode, Known>();
let documents = 0;

function known(document: DocumentNode, operation: OperationDefinitionNode): Known {
  const before = knownDocuments.get(document);
  if (before) return before;
  documents += 1;
  const made = { id: documents, variables: innerVariables(document, operation) };
  knownDocuments.set(document, made);
  return made;
}

type Args = ExecutionArgs & { contextValue: Context };

/**
 * Answers a query with what PostgreSQL writes as JSON, in one statement for each root field below which all that is
 * selected is declared for that; the resolvers answer the others. Null if there is none, or if something is out of the
 * ordinary, such as an argument that is refused: the operation has then to be executed by the resolvers as a whole. Adds to
 * `rootValues` what need not be read again for that.
 */
export async function answerDirectly(args: Args, rootValues: RootValues): Promise<ExecutionResult | null> {
  const { schema, document, operationName, variableValues, contextValue: context } = args;
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return null;
  const plan = planFor(args, operation, coerced);
  if (!plan || !mayRead(context, plan)) return null;
  const reads = new Map<string, Read>();
  for (const [key, root] of plan) {
    const read = root && begin(key, root, context, coerced, rootValues);
    if (root && !read) return null;
    if (read) reads.set(key, read);
  }
  const isDirect = (key: string) => reads.has(key);
  const rest = reads.size < plan.size ? executePlain(args, rootValues, isDirect) : { data: {} };
  const directly = [...reads].map(([key, read]) => settle(key, read(), rootValues));
  const [resolved, ...written] = await Promise.all([rest, ...directly]);
  if (!resolved?.data || written.includes(null)) return null;
  const values = new Map([...reads.keys()].map((key, index) => [key, written[index]]));
  const data: Record<string, unknown> = resolved.data;
  const fields = [...plan.keys()].map((key) => `"${key}":${values.get(key) ?? JSON.stringify(data[key])}`);
  const text = complete(`{"data":{${fields.join(',')}}}`, context.cursors);
  return context.budget.takeAnswer(Buffer.byteLength(text)) ? resultOf(text) : null;
}

function mayRead({ viewer }: Context, plan: NonNullable<Plan>): boolean {
  return [...plan.values()].every((root) => !root || viewer.permissions.has(permissionOf(root.field)));
}

/** A result whose text is known: Yoga takes it as it is, and who puts it into a message of its own gets it parsed. */
type WrittenResult = ExecutionResult & { stringify: () => string; toJSON: () => unknown };

function resultOf(text: string): WrittenResult {
  return { stringify: () => text, toJSON: () => JSON.parse(text) };
}

/** Looks at the arguments of a root field. Null if they are refused, or for the resolvers. */
function begin(
  key: string,
  { node, field, prepared }: Root,
  context: Context,
  variables: Record<string, unknown>,
  rootValues: RootValues,
): Read | null {
  try {
    return prepared(context, getArgumentValues(field, node, variables));
  } catch (error) {
    if (!(error instanceof NotDirect)) fail(key, error, rootValues);
    return null;
  }
}

/** What was read; null if that has failed, or is for the resolvers. */
async function settle(key: string, read: Promise<string>, rootValues: RootValues): Promise<string | null> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof NotDirect)) fail(key, error, rootValues);
    return null;
  }
}

function fail(key: string, error: unknown, rootValues: RootValues): void {
  const failed = Promise.reject(error);
  // The resolvers may never come to it.
  failed.catch(() => undefined);
  rootValues.set(key, failed);
}

function planFor(args: Args, operation: OperationDefinitionNode, variables: Record<string, unknown>): Plan {
  const { document, operationName, contextValue } = args;
  const { id, variables: names } = known(document, operation);
  const { kind, actor } = contextValue.viewer;
  const used = JSON.stringify(names.map((name) => variables[name]));
  const key = `${id} ${operationName ?? ''} ${kind === 'CONTACT'} ${actor.type} ${used}`;
  const kept = plans.get(key);
  if (kept) return kept.plan;
  const planned = compilePlan(args, operation, variables);
  if (used.length <= MAX_KEPT_VARIABLES) plans.set(key, planned);
  return planned.plan;
}

function compilePlan(
  { schema, document, contextValue: { viewer, cursors } }: Args,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Planned {
  const reader = { isContact: viewer.kind === 'CONTACT', actorType: viewer.actor.type };
  let fields = 1;
  const onField = () => {
    fields += 1;
  };
  const compilation: Compilation = { schema, fragments: fragmentsOf(document), variables, reader, cursors, onField };
  const definitions = schema.getQueryType()?.getFields() ?? {};
  let selected: Selected[];
  try {
    selected = rootFieldsOf(compilation, operation);
  } catch {
    return { plan: null, fields };
  }
  const plan = new Map(selected.map((root) => [root.key, rootOf(root, definitions[root.name])]));
  return { plan: [...plan.values()].some((root) => root !== null) ? plan : null, fields };
}

/** How to answer a root field; null if that is for the resolvers. */
function rootOf(selected: Selected, field: GraphQLField<unknown, unknown> | undefined): Root | null {
  const prepare = roots.get(selected.name);
  if (!field || !prepare) return null;
  try {
    return { node: selected.node, field, prepared: prepare(selected) };
  } catch {
    return null;
  }
}
