import {
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
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

/** What is the same for all fields of an execution. */
type Operation = Omit<GraphQLResolveInfo, 'fieldName' | 'fieldNodes' | 'returnType' | 'parentType' | 'path'>;

/** Resolves one field of an object. */
type Field = { key: string; resolve: (source: unknown) => unknown; complete: Complete };

/** Turns what a resolver returned into what the answer has. What still loads is added when it has come. */
type Complete = (value: unknown) => unknown;

type Then = (value: unknown) => void;

/** Thrown where the answer is not simply data. */
class NotPlain extends Error {}

/** What the resolvers of the root fields returned, by the field's key in the answer. */
export type RootValues = Map<string, unknown>;

/**
 * Executes a query, or a subscription for one event, whose answer has no errors, without what graphql-js does for errors
 * at each field: paths, and promises for every object. Null if the answer has errors or anything else out of the
 * ordinary. The operation has then to be executed by graphql-js, which these resolvers allow, as they change nothing.
 * Adds to `rootValues` what need not be read again for that. `isLeftOut` says which root fields are not executed.
 */
export async function executePlain(
  args: ExecutionArgs,
  rootValues: RootValues = new Map(),
  isLeftOut: (key: string) => boolean = () => false,
): Promise<ExecutionResult | null> {
  const operation = operationOf(args);
  if (!operation) return null;
  const pending = createPending();
  try {
    const { schema, fragments, variableValues, rootValue } = operation;
    const { operation: kind, selectionSet } = operation.operation;
    const rootType = schema.getRootType(kind);
    if (!rootType) return null;
    const nodes = collectFields(schema, fragments, variableValues, rootType, selectionSet);
    for (const key of [...nodes.keys()].filter(isLeftOut)) nodes.delete(key);
    const planner = createPlanner(args.contextValue, operation, pending.add);
    const fields = planner.fieldsOf(rootType, nodes, undefined).map((field) => recorded(field, rootValues));
    const data = planner.resolveFields(fields, rootValue);
    await pending.done();
    return { data };
  } catch {
    return null;
  }
}

/** A field that keeps what it resolves to. */
function recorded(field: Field, values: RootValues): Field {
  return {
    ...field,
    resolve: (source) => {
      try {
        const value = field.resolve(source);
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

function operationOf({ schema, document, operationName, variableValues, rootValue }: ExecutionArgs): Operation | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return null;
  return { schema, fragments: fragmentsOf(document), rootValue, operation, variableValues: coerced };
}

/** Counts what still loads. */
function createPending() {
  let count = 0;
  let settle: { resolve: () => void; reject: (error: unknown) => void } | null = null;
  let failure: { error: unknown } | null = null;
  const fail = (error: unknown) => {
    failure ??= { error };
    settle?.reject(error);
  };
  return {
    add: (promise: PromiseLike<unknown>, then: Then): void => {
      count += 1;
      promise.then((value) => {
        if (failure) return;
        try {
          then(value);
        } catch (error) {
          return fail(error);
        }
        count -= 1;
        if (count === 0) settle?.resolve();
      }, fail);
    },
    done: (): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure) reject(failure.error);
        else if (count === 0) resolve();
        else settle = { resolve, reject };
      }),
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

type Nodes = readonly FieldNode[];

/** Prepares the fields of an operation once, however many rows they are resolved for. */
function createPlanner(
  context: unknown,
  operation: Operation,
  whenSettled: (promise: PromiseLike<unknown>, then: Then) => void,
) {
  const { schema, fragments, variableValues } = operation;

  function fieldsOf(
    type: GraphQLObjectType,
    selected: ReadonlyMap<string, Nodes>,
    prev: GraphQLResolveInfo['path'] | undefined,
  ): Field[] {
    const definitions = type.getFields();
    const fields: Field[] = [];
    for (const [key, nodes] of selected) {
      const name = nodes[0]?.name.value ?? '';
      // This name of an answer's field would change the object itself.
      if (key === '__proto__') throw new NotPlain();
      if (name === '__typename') {
        fields.push({ key, resolve: () => type.name, complete: (value) => value });
        continue;
      }
      const definition = definitions[name];
      // A field of introspection.
      if (!definition) throw new NotPlain();
      fields.push(fieldOf(type, definition, key, nodes, prev));
    }
    return fields;
  }

  function fieldOf(
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    key: string,
    nodes: Nodes,
    prev: GraphQLResolveInfo['path'] | undefined,
  ): Field {
    const [node] = nodes;
    if (!node) throw new NotPlain();
    const { resolve = defaultFieldResolver, type: returnType } = definition;
    const path = { prev, key, typename: parentType.name };
    const info: GraphQLResolveInfo = {
      ...operation,
      fieldName: definition.name,
      fieldNodes: [...nodes],
      returnType,
      parentType,
      path,
    };
    const args = getArgumentValues(definition, node, variableValues);
    return {
      key,
      resolve: (source) => resolve(source, args, context, info),
      complete: completerOf(returnType, nodes, info),
    };
  }

  function resolveFields(fields: Field[], source: unknown): Record<string, unknown> {
    const answer: Record<string, unknown> = {};
    for (const { key, resolve, complete } of fields) {
      const value = resolve(source);
      if (isPromise(value)) {
        // Keeps the place of the field in the order of the answer.
        answer[key] = null;
        whenSettled(value, (settled) => {
          answer[key] = complete(settled);
        });
      } else answer[key] = complete(value);
    }
    return answer;
  }

  function completerOf(type: GraphQLOutputType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const complete = completerOfValue(nullable, nodes, info);
    if (nullable === type) return (value) => (value === null || value === undefined ? null : complete(value));
    return (value) => {
      if (value === null || value === undefined) throw new NotPlain();
      return complete(value);
    };
  }

  function completerOfValue(type: GraphQLOutputType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    if (isLeafType(type)) return leafCompleter(type);
    if (isListType(type)) return listCompleter(completerOf(type.ofType, nodes, info));
    if (isObjectType(type)) return objectCompleter(type, nodes, info);
    if (isAbstractType(type)) return abstractCompleter(type, nodes, info);
    throw new NotPlain();
  }

  function listCompleter(complete: Complete): Complete {
    return (value) => {
      if (!Array.isArray(value)) throw new NotPlain();
      const items: unknown[] = value;
      const answer: unknown[] = items.map(() => null);
      // Promises first: one that rejects must be handled even if another item ends the execution.
      for (const [index, item] of items.entries()) {
        if (isPromise(item)) {
          whenSettled(item, (settled) => {
            answer[index] = complete(settled);
          });
        }
      }
      for (const [index, item] of items.entries()) if (!isPromise(item)) answer[index] = complete(item);
      return answer;
    };
  }

  function objectCompleter(type: GraphQLObjectType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    let fields: Field[] | null = null;
    return (value) => {
      fields ??= fieldsOf(type, collectSubfields(schema, fragments, variableValues, type, nodes), info.path);
      if (value instanceof Error) throw new NotPlain();
      if (type.isTypeOf && type.isTypeOf(value, context, info) !== true) throw new NotPlain();
      return resolveFields(fields, value);
    };
  }

  function abstractCompleter(type: GraphQLAbstractType, nodes: Nodes, info: GraphQLResolveInfo): Complete {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const completers = new Map<string, Complete>();
    return (value) => {
      const name = resolveType(value, context, info, type);
      if (typeof name !== 'string') throw new NotPlain();
      const known = completers.get(name);
      if (known) return known(value);
      const runtimeType = schema.getType(name);
      if (!isObjectType(runtimeType) || !schema.isSubType(type, runtimeType)) throw new NotPlain();
      const complete = objectCompleter(runtimeType, nodes, info);
      completers.set(name, complete);
      return complete(value);
    };
  }

  return { fieldsOf, resolveFields };
}

function leafCompleter(type: GraphQLLeafType): Complete {
  return (value) => {
    const answer = type.serialize(value);
    if (answer === null || answer === undefined) throw new NotPlain();
    return answer;
  };
}
