import type { ArgBuilder, EnumRef, InputFieldBuilder, InputObjectRef } from '@pothos/core';
import { type FieldInfo, fieldsOf, type Input, type InputType } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { builder, type Types } from './builder.js';

const enums = new Map<string, EnumRef<Types, unknown>>();
const inputs = new Map<Input<unknown>, InputObjectRef<Types, unknown>>();

/** Registers an enum of the schema, so that the rules of inputs can refer to it by name. */
export function usableInInputs<Values>(ref: EnumRef<Types, Values>): EnumRef<Types, Values> {
  enums.set(ref.name, ref);
  return ref;
}

/** The GraphQL type of a declared input. It is added to the schema on first use. */
export function inputType(declared: Input<unknown>): InputObjectRef<Types, unknown> {
  const known = inputs.get(declared);
  if (known) return known;
  const type: InputObjectRef<Types, unknown> = builder.inputType(declared.name, {
    description: declared.description,
    fields: (t) => Object.fromEntries(fieldsOf(declared).map(([name, info]) => [name, inputField(t, info)])),
  });
  inputs.set(declared, type);
  return type;
}

/** Parses the argument `filter` of a list. A filter that is null or left out has no conditions. */
export function parseFilter<Value>({ schema }: Input<Value>, filter: unknown): Value {
  return parse(schema, filter ?? {}, ['filter']);
}

/**
 * The arguments of a field, from an input whose schema parses them. The name of the input is not part of the schema.
 */
export function argumentsOf(arg: ArgBuilder<Types>, declared: Input<unknown>) {
  return Object.fromEntries(
    fieldsOf(declared).map(([name, { type, list, required, defaultValue, description }]) => {
      const resolved = typeOf(type);
      return [name, arg({ type: list ? [resolved] : resolved, required, defaultValue, description })];
    }),
  );
}

function inputField(
  t: InputFieldBuilder<Types, 'InputObject'>,
  { type, list, required, defaultValue, description }: FieldInfo,
) {
  const resolved = typeOf(type);
  return t.field({ type: list ? [resolved] : resolved, required, defaultValue, description });
}

function typeOf(type: InputType) {
  if (typeof type === 'string') return type;
  if ('input' in type) return inputType(type.input);
  const ref = enums.get(type.enum);
  if (!ref) throw new Error(`Wrap the enum ${type.enum} in usableInInputs.`);
  return ref;
}

usableInInputs(
  builder.enumType('MetadataMode', {
    description: 'How metadata is updated.',
    values: {
      MERGE: { description: 'Merged shallowly into what is stored; null removes a key.' },
      REPLACE: { description: 'Replaces what is stored.' },
    } as const,
  }),
);
