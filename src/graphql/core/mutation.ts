import type { InputObjectRef } from '@pothos/core';
import type { Permission } from '../../auth/permissions.js';
import { DomainError } from '../../lib/errors.js';
import type { Input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { builder, type ObjectRef, type Types } from './builder.js';
import { type Context, recordFailure } from './context.js';
import { commonErrors } from './errors.js';
import { inputType } from './input.js';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of an error's constructor do not matter here.
type ErrorClass = new (...args: any[]) => DomainError;

type Options<Payload> = {
  description: string;
  /** The permission the viewer needs. */
  permission: Permission;
  payload: ObjectRef<Payload>;
  /** Failures in addition to those of every mutation. */
  errors?: readonly ErrorClass[];
};

export type MutationOptions<Value, Payload> = Options<Payload> & {
  input: Input<Value>;
  /** Gets the parsed input; one that breaks a rule is answered with ValidationError before. */
  resolve: (input: Value, context: Context) => Promise<Payload>;
};

/**
 * Adds a mutation that takes one `input` and returns the union `<Name>Result` of its payload and its expected failures.
 */
export function mutation<Value, Payload>(
  name: string,
  { input, resolve, ...options }: MutationOptions<Value, Payload>,
) {
  addMutation(name, {
    ...options,
    input: inputType(input),
    resolve: (given, context) => resolve(parse(input.schema, given), context),
  });
}

type UnparsedOptions<Payload> = Options<Payload> & {
  input: InputObjectRef<Types, unknown>;
  resolve: (input: unknown, context: Context) => Promise<Payload>;
};

export function addMutation<Payload>(name: string, options: UnparsedOptions<Payload>): void {
  const payload: ObjectRef<unknown> = options.payload;
  const resolve: (input: unknown, context: Context) => Promise<unknown> = options.resolve;
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description: options.description,
      authScopes: { [options.permission]: true },
      args: { input: t.arg({ type: options.input, required: true, description: 'What to do.' }) },
      errors: {
        types: [...commonErrors, ...(options.errors ?? [])],
        union: { name: `${Name}Result`, description: `The payload of ${name}, or why it failed.` },
      },
      resolve: async (_root, { input }, context) => {
        try {
          return await resolve(input, context);
        } catch (error) {
          throw error instanceof DomainError ? recordFailure(context, error) : error;
        }
      },
    }),
  );
}
