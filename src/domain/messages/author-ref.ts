import { z } from 'zod';
import { type SystemRef, system, systemId } from '../../lib/actor-ref.js';
import { rule } from '../../lib/input.js';
import { actorRef } from '../../lib/rules.js';

type AuthorType = Parameters<typeof actorRef>[0];

/** The public id of an author: an actor of one of these kinds, or the system. */
export function authorRef<Type extends AuthorType>(...types: Type[]) {
  const actor = actorRef(...types);
  const schema = z.unknown().transform((value, context): z.output<typeof actor> | SystemRef => {
    if (value === systemId) return system;
    const parsed = actor.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
  return rule('ID', schema);
}
