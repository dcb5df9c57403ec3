import type { AuditAction } from '../../audit/audit-entry.js';
import type { Permission } from '../../auth/permissions.js';
import { badUserInput, DomainError } from '../../lib/errors.js';
import { input as declareInput, type Input } from '../../lib/input.js';
import { parseBoth } from '../../lib/validation.js';
import { newCall } from '../../unit-of-work/call.js';
import { idempotencyField } from '../../unit-of-work/idempotency.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import { builder, type ObjectRef } from './builder.js';
import { type bulkComplexity, WRITE } from './complexity.js';
import { type Context, recordFailure, withinContext } from './context.js';
import { addCursor, rememberCall } from './cursor-field.js';
import { commonErrors } from './errors.js';
import { inputType } from './input.js';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of an error's constructor do not matter here.
type ErrorClass = new (...args: any[]) => DomainError;

/** The permission the viewer needs, and what the mutation leaves in the audit log: whoever administers has to say. */
type Permitted =
  | { permission: 'administer'; audits: readonly AuditAction[] }
  | { permission: Exclude<Permission, 'administer'>; audits?: readonly AuditAction[] };

type MutationOptions<Value, Payload> = Permitted & {
  description: string;
  input: Input<Value>;
  /** What it costs besides what is selected. Default: a transaction. */
  complexity?: number | typeof bulkComplexity;
  payload: ObjectRef<Payload>;
  /**
   * How a repeated request with the same idempotency key is answered. By default its action keeps the outcome. ANEW: it is
   * done again, which changes nothing. NEVER: it takes no key, because the answer contains a secret, which is not kept.
   */
  repeats?: 'KEPT' | 'ANEW' | 'NEVER';
  /** Failures in addition to those of every mutation. */
  errors?: readonly ErrorClass[];
  /** Gets the parsed input. Input that breaks a rule is answered with ValidationError and never gets here. */
  resolve: (input: Value, context: Context) => Promise<Payload>;
};

const DAY_MS = 24 * 60 * 60 * 1000;

const keyInput = declareInput('IdempotencyKey', 'The idempotency key of any input.', idempotencyField);

/** The idempotency key of a call: that of its input, or of the request's header. */
function keyOf(
  { idempotencyKey: header }: Context,
  name: string,
  repeats: MutationOptions<unknown, object>['repeats'],
  given: string | undefined,
): string | undefined {
  if (header === null) return repeats === 'NEVER' ? undefined : given;
  const refuse = (why: string) => badUserInput(`${why} Leave the header Idempotency-Key out.`, ['Idempotency-Key']);
  if (repeats === 'NEVER')
    throw refuse(`The answer of ${name} contains a secret, and is not kept for a repeated request.`);
  if (given !== undefined && given !== header) throw refuse('idempotencyKey is another key.');
  return header;
}

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
    repeats = 'KEPT',
    audits = [],
    resolve,
    ...options
  }: MutationOptions<Value, Payload>,
): void {
  const payload: ObjectRef<unknown> = options.payload;
  addCursor(payload);
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  const keyed = repeats === 'NEVER' ? declared : { ...declared, fields: { ...declared.fields, ...idempotencyField } };
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description,
      complexity,
      extensions: { audits },
      authScopes: { [permission]: true },
      args: { input: t.arg({ type: inputType(keyed), required: true, description: 'What to do.' }) },
      errors: {
        types: [...commonErrors, ...errors],
        union: { name: `${Name}Result`, description: `The payload of ${name}, or why it failed.` },
      },
      resolve: async (_root, { input }, context): Promise<unknown> => {
        // Nothing that was loaded for a mutation before this one.
        context.scope = new Map();
        try {
          const [value, { idempotencyKey }] = parseBoth(declared.schema, keyInput.schema, input);
          const key = keyOf(context, name, repeats, idempotencyKey);
          const keptMs = context.config.idempotencyDays * DAY_MS;
          const call = newCall(key === undefined ? null : { key, mutation: name, input: value, keptMs }, audits);
          const inCall = withinContext(context, { call });
          if (key !== undefined && repeats === 'ANEW') await transactOnce(inCall, plainOutcome(), async () => ({}));
          const answer = await resolve(value, inCall);
          if (key !== undefined && !call.claimed) throw new Error(`${name} ignores its idempotency key.`);
          return rememberCall(context, answer, call);
        } catch (error) {
          throw error instanceof DomainError ? recordFailure(context, error) : error;
        }
      },
    }),
  );
}
