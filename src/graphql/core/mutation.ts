import type { Permission } from '../../auth/permissions.js';
import { DomainError } from '../../lib/errors.js';
import type { Input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import type { Call } from '../../unit-of-work/call.js';
import { builder, type ObjectRef } from './builder.js';
import { type bulkComplexity, WRITE } from './complexity.js';
import { type Context, recordFailure } from './context.js';
import { addCursor, rememberCall } from './cursor-field.js';
import { commonErrors } from './errors.js';
import { inputType } from './input.js';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of an error's constructor do not matter here.
type ErrorClass = new (...args: any[]) => DomainError;

type MutationOptions<Value, Payload> = {
  description: string;
  /** The permission the viewer needs. */
  permission: Permission;
  input: Input<Value>;
  /** What it costs besides what is selected. Default: a transaction. */
  complexity?: number | typeof bulkComplexity;
  payload: ObjectRef<Payload>;
  /** Failures in addition to those of every mutation. */
  errors?: readonly ErrorClass[];
  /** Gets the parsed input. Input that breaks a rule is answered with ValidationError and never gets here. */
  resolve: (input: Value, context: Context) => Promise<Payload>;
};

/**
 * Adds a mutation that takes one `input` and returns the union `<Name>Result` of its payload and its expected failures.
 */
export function mutation<Value, Payload extends object>(
  name: string,
  {
    description,
    permission,
    input: declared,
    errors = [],
    complexity = WRITE,
    resolve,
    ...options
  }: MutationOptions<Value, Payload>,
): void {
  const payload: ObjectRef<unknown> = options.payload;
  addCursor(payload);
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description,
      complexity,
      authScopes: { [permission]: true },
      args: { input: t.arg({ type: inputType(declared), required: true, description: 'What to do.' }) },
      errors: {
        types: [...commonErrors, ...errors],
        union: { name: `${Name}Result`, description: `The payload of ${name}, or why it failed.` },
      },
      resolve: async (_root, { input }, context): Promise<unknown> => {
        try {
          const call: Call = { lastEvent: null };
          return rememberCall(await resolve(parse(declared.schema, input), { ...context, call }), call);
        } catch (error) {
          throw error instanceof DomainError ? recordFailure(context, error) : error;
        }
      },
    }),
  );
}
