import {
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { fragmentsOf } from './direct/document.js';
import { createPending, isPromise, type Then } from './pending.js';

/** What is the same for all fields of an operation. */
type Operation = Omit<GraphQLResolveInfo, 'fieldName' | 'fieldNodes' | 'returnType' | 'parentType' | 'path'>;

/** What differs between two executions of a plan. */
type Run = { context: unknown; whenSettled: (promise: PromiseLike<unknown>, then: Then) => void };

/** Resolves one field of an object. */
type Field = { key: string; resolve: (source: unknown, run: Run) => unknown; complete: Complete };

/** Turns what a resolver returned into what the answer has. What still loads is added when it has come. */
type Complete = (value: unknown, run: Run) => unknown;

/** Thrown where the answer is not simply data. */
class NotPlain extends Error {}

/** What the resolvers of the root fields returned, by the field's key in the answer. */
export type RootValues = Map<string, unknown>;

type Execution = Pick<ExecutionArgs, 'rootValue' | 'contextValue'> & {
  /** What need not be read again if the operation has to be executed in full is added to it. */
  rootValues?: RootValues;
  /** Which root fields are not executed. */
  isLeftOut?: (key: string) => boolean;
};

/**
 * Executes a query, or a subscription for one event, whose answer has no errors, without what graphql-js does for errors
 * at each field: paths, and promises for every object. Null if the answer has errors or anything else out of the
 * ordinary. The operation has then to be executed by graphql-js, which these resolvers allow, as they change nothing.
 */
export type Plan = (execution: Execution) => Promise<ExecutionResult | null>;

/** An operation that is executed any number of times. */
export type Planned = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

/**
 * Prepares an operation once for any number of executions. Null if it is out of the ordinary. Resolvers find no root value
 * in their fourth argument, as it is not the same for all of them.
 */
export function planExecution(args: Planned): Plan | null {
  const operation = operationOf(args);
  const rootType = operation?.schema.getRootType(operation.operation.operation);
  const nodes = operation && rootType && rootFieldsOf(operation, rootType);
  if (!nodes) return null;
  const planner = createPlanner(operation);
  const planned = new Map<string, Field>();
  /** Planned when it is first executed, as those left out may never be. */
  const rootField = (key: string, of: Nodes): Field => {
    const field = planned.get(key) ?? planner.fieldOf(rootType, key, of, undefined);
    planned.set(key, field);
    return field;
  };
  return async ({ rootValue, contextValue, rootValues, isLeftOut = () => false }) => {
    const pending = createPending();
    try {
      const fields = [...nodes].flatMap(([key, of]) => (isLeftOut(key) ? [] : [rootField(key, of)]));
      const run = { context: contextValue, whenSettled: pending.add };
      const recording = rootValues ? fields.map((field) => recorded(field, rootValues)) : fields;
      const data = resolveFields(recording, rootValue, run);
      await pending.done();
      return { data };
    } catch {
      return null;
    }
  };
}

/** Executes an operation once, as its plan does. */
export async function executePlain(
  args: ExecutionArgs,
  rootValues?: RootValues,
  isLeftOut?: (key: string) => boolean,
): Promise<ExecutionResult | null> {
  const plan = planExecution(args);
  const { rootValue, contextValue } = args;
  return (
    (await plan?.({ rootValue, contextValue, ...(rootValues && { rootValues }), ...(isLeftOut && { isLeftOut }) })) ??
    null
  );
}

function rootFieldsOf(
  { schema, fragments, variableValues, operation }: Operation,
  rootType: GraphQLObjectType,
): ReadonlyMap<string, Nodes> | null {
  try {
    return collectFields(schema, fragments, variableValues, rootType, operation.selectionSet);
  } catch {
    return null;
  }
}

/** A field that keeps what it resolves to. */
function recorded(field: Field, values: RootValues): Field {
  const { key, complete } = field;
  return {
    key,
    complete,
    resolve: (source, run) => {
      try {
        const value = field.resolve(source, run);
        values.set(field.key, value);
        return value;
      } catch (error) {
        const failed = Promise.reject(error);
        values.set(field.key, failed);
        return failed;
      }
    },
  };
}

function operationOf({ schema, document, operationName, variableValues }: Planned): Operation | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return null;
  return { schema, fragments: fragmentsOf(document), rootValue: undefined, operation, variableValues: coerced };
}

type Nodes = readonly FieldNode[];

/** Prepares the fields of an operation once, however many rows they are resolved for. */
function createPlanner(operation: Operation) {
  const { schema, fragments, variableValues } = operation;

  function fieldsOf(
    type: GraphQLObjectType,
    selected: ReadonlyMap<string, Nodes>,
    prev: GraphQLResolveInfo['path'] | undefined,
  ): Field[] {
    return [...selected].map(([key, nodes]) => fieldOf(type, key, nodes, prev));
  }

  function fieldOf(
    parentType: GraphQLObjectType,
    key: string,
    nodes: Nodes,
    prev: GraphQLResolveInfo['path'] | undefined,
  ): Field {
    const [node] = nodes;
    // This name of an answer's field would change the object itself.
    if (!node || key === '__proto__') throw new NotPlain();
    if (node.name.value === '__typename') {
      return { key, resolve: () => parentType.name, complete: (value) => value };
    }
    const definition = parentType.getFields()[node.name.value];
    // A field of introspection.
    if (!definition) throw new NotPlain();
    const { resolve = defaultFieldResolver, type: returnType } = definition;
    const path = { prev, key, typename: parentType.name };
    const info: GraphQLResolveInfo = {
      schema,
      fragments,
      variableValues,
      rootValue: operation.rootValue,
      operation: operation.operation,
      fieldName: definition.name,
      fieldNodes: [...nodes],
      returnType,
      parentType,
      path,
    };
    const args = getArgumentValues(definition, node, variableValues);
    return {
      key,
      resolve: (source, { context }) => resolve(source, args, context, info),
      complete: completerOf(returnType, nodes, info),
    };
  }

  function completerOf(type: GraphQLOutputType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const complete = completerOfValue(nullable, nodes, info);
    if (nullable === type) {
      return (value, run) => (value === null || value === undefined ? null : complete(value, run));
    }
    return (value, run) => {
      if (value === null || value === undefined) throw new NotPlain();
      return complete(value, run);
    };
  }

  function completerOfValue(type: GraphQLOutputType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    if (isLeafType(type)) return leafCompleter(type);
    if (isListType(type)) return listCompleter(completerOf(type.ofType, nodes, info));
    if (isObjectType(type)) return objectCompleter(type, nodes, info);
    if (isAbstractType(type)) return abstractCompleter(type, nodes, info);
    throw new NotPlain();
  }

  function objectCompleter(type: GraphQLObjectType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    let fields: Field[] | null = null;
    return (value, run) => {
      fields ??= fieldsOf(type, collectSubfields(schema, fragments, variableValues, type, nodes), info.path);
      if (value instanceof Error) throw new NotPlain();
      if (type.isTypeOf && type.isTypeOf(value, run.context, info) !== true) throw new NotPlain();
      return resolveFields(fields, value, run);
    };
  }

  function abstractCompleter(type: GraphQLAbstractType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const completers = new Map<string, Complete>();
    return (value, run) => {
      const name = resolveType(value, run.context, info, type);
      if (typeof name !== 'string') throw new NotPlain();
      const known = completers.get(name);
      if (known) return known(value, run);
      const runtimeType = schema.getType(name);
      if (!isObjectType(runtimeType) || !schema.isSubType(type, runtimeType)) throw new NotPlain();
      const complete = objectCompleter(runtimeType, nodes, info);
      completers.set(name, complete);
      return complete(value, run);
    };
  }

  return { fieldOf };
}

function resolveFields(fields: Field[], source: unknown, run: Run): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const { key, resolve, complete } of fields) {
    const value = resolve(source, run);
    if (isPromise(value)) {
      // Keeps the place of the field in the order of the answer.
      answer[key] = null;
      run.whenSettled(value, (settled) => {
        answer[key] = complete(settled, run);
      });
    } else answer[key] = complete(value, run);
  }
  return answer;
}

function listCompleter(complete: Complete): Complete {
  return (value, run) => {
    if (!Array.isArray(value)) throw new NotPlain();
    const items: unknown[] = value;
    const answer: unknown[] = items.map(() => null);
    // Promises first: one that rejects must be handled even if another item ends the execution.
    for (const [index, item] of items.entries()) {
      if (isPromise(item)) {
        run.whenSettled(item, (settled) => {
          answer[index] = complete(settled, run);
        });
      }
    }
    for (const [index, item] of items.entries()) if (!isPromise(item)) answer[index] = complete(item, run);
    return answer;
  };
}

function leafCompleter(type: GraphQLLeafType): Complete {
  return (value) => {
    const answer = type.serialize(value);
    if (answer === null || answer === undefined) throw new NotPlain();
    return answer;
  };
}
