import type { InputObjectRef } from '@pothos/core';
import type { Permission } from '../../auth/permissions.js';
import { DomainError } from '../../lib/errors.js';
import { builder, type ObjectRef, type Types } from './builder.js';
import type { Context } from './context.js';
import { commonErrors } from './errors.js';
import { noted } from './failures.js';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of an error's constructor do not matter here.
type ErrorClass = new (...args: any[]) => DomainError;

export type MutationOptions<Payload> = {
  description: string;
  /** What the viewer must be allowed. */
  permission: Permission;
  input: InputObjectRef<Types, unknown>;
  payload: ObjectRef<Payload>;
  /** Failures besides those of every mutation. */
  errors?: readonly ErrorClass[];
  resolve: (input: unknown, context: Context) => Promise<Payload>;
};

/** Adds a mutation that takes one `input` and answers `<Name>Result`: its payload or one of the failures it can have. */
export function mutation<Payload>(name: string, options: MutationOptions<Payload>): void {
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
        union: { name: `${Name}Result`, description: `The payload of ${name}, or why it was not done.` },
      },
      resolve: async (_root, { input }, context) => {
        try {
          return await resolve(input, context);
        } catch (error) {
          throw error instanceof DomainError ? noted(context, error) : error;
        }
      },
    }),
  );
}
