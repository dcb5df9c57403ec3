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
import type { RootValues } from '../execute.js';
import { type Compilation, rootFieldsOf } from './compile.js';
import { fragmentsOf, innerVariables } from './document.js';
import { complete } from './json-text.js';
import { NotDirect, type Selected } from './rows.js';

/** Reads and writes a root field, with its arguments. Throws NotDirect if they are for the resolvers. */
export type DirectRoot = (context: Context, args: Record<string, unknown>) => Promise<string>;

const roots = new Map<string, (selected: Selected) => DirectRoot>();

/** Declares root fields of queries that PostgreSQL answers. What they prepare is kept for operations that are alike. */
export function directRoots(fields: Record<string, (selected: Selected) => DirectRoot>): void {
  for (const [name, prepare] of Object.entries(fields)) roots.set(name, prepare);
}

type Root = { key: string; node: FieldNode; field: GraphQLField<unknown, unknown>; read: DirectRoot };

/** How to answer an operation; null if it is for the resolvers. */
type Plan = readonly Root[] | null;

const MAX_PLANS = 1000;
/** Operations with longer variables below their root fields are compiled each time. */
const MAX_KEPT_VARIABLES = 200;

const plans = new LRUCache<string, { plan: Plan }>({ max: MAX_PLANS });

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
 * Answers a query with what PostgreSQL writes as JSON, in one statement for each root field, if all that it selects is
 * declared for that. Null if it is not, or if something is out of the ordinary, such as an argument that is refused: the
 * operation has then to be executed by the resolvers. Adds to `rootValues` what has failed, so that it is not read again.
 */
export async function answerDirectly(args: Args, rootValues: RootValues): Promise<ExecutionResult | null> {
  const { schema, document, operationName, variableValues, contextValue: context } = args;
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return null;
  const plan = planFor(args, operation, coerced);
  if (!plan?.every(({ field }) => context.viewer.permissions.has(permissionOf(field)))) return null;
  const values = await Promise.all(plan.map((root) => read(root, context, coerced, rootValues)));
  if (values.includes(null)) return null;
  const fields = plan.map(({ key }, index) => `"${key}":${values[index]}`);
  const text = complete(`{"data":{${fields.join(',')}}}`, context.cursors);
  return context.budget.takeAnswer(Buffer.byteLength(text)) ? written(text) : null;
}

/** A result whose text is known. It is parsed only for those who need its data. */
function written(text: string): ExecutionResult {
  return {
    get data() {
      return JSON.parse(text).data;
    },
    ...{ stringify: () => text },
  };
}

async function read(
  { key, node, field, read }: Root,
  context: Context,
  variables: Record<string, unknown>,
  rootValues: RootValues,
): Promise<string | null> {
  try {
    return await read(context, getArgumentValues(field, node, variables));
  } catch (error) {
    if (error instanceof NotDirect) return null;
    const failed = Promise.reject(error);
    failed.catch(() => undefined);
    rootValues.set(key, failed);
    return null;
  }
}

function planFor(args: Args, operation: OperationDefinitionNode, variables: Record<string, unknown>): Plan {
  const { document, operationName, contextValue } = args;
  const { id, variables: names } = known(document, operation);
  const { kind, actor } = contextValue.viewer;
  const used = JSON.stringify(names.map((name) => variables[name]));
  const key = `${id} ${operationName ?? ''} ${kind === 'CONTACT'} ${actor.type} ${used}`;
  const kept = plans.get(key);
  if (kept) return kept.plan;
  const plan = compilePlan(args, operation, variables);
  if (used.length <= MAX_KEPT_VARIABLES) plans.set(key, { plan });
  return plan;
}

function compilePlan(
  { schema, document, contextValue: { viewer, cursors } }: Args,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Plan {
  const reader = { isContact: viewer.kind === 'CONTACT', actorType: viewer.actor.type };
  const compilation: Compilation = { schema, fragments: fragmentsOf(document), variables, reader, cursors };
  const definitions = schema.getQueryType()?.getFields() ?? {};
  try {
    return rootFieldsOf(compilation, operation).map((selected) => {
      const field = definitions[selected.name];
      const prepare = roots.get(selected.name);
      if (!field || !prepare) throw new NotDirect();
      return { key: selected.key, node: selected.node, field, read: prepare(selected) };
    });
  } catch {
    return null;
  }
}
