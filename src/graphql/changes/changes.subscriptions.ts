import { resumeWithin } from '../../event-log/cursor.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { STATEMENT } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { argumentsOf } from '../core/input.js';
import { type LogSubscription, logSubscription, type Selected } from '../events/log-subscription.js';
import { startNow } from '../events/viewer-log.sql.js';
import { Change, type ChangeRow, changeOf } from './change.type.js';
import { changeStartFields } from './change-args.js';
import { touchesIn, userOf } from './live-touches.js';
import { outcomesOf } from './outcome.js';
import { cursorOf, nextPartOf } from './read-changes.js';

const changesArgs = input('changes', 'Where to begin.', changeStartFields);

builder.subscriptionField('changes', (t) =>
  t.field({
    type: Change,
    complexity: 10 * STATEMENT,
    description:
      'Every conversation, message, participant, contact, prospect, user, bot and channel that the viewer may see, as soon as it changes, as it is then. With `after`, first what changed after that cursor, each thing at least once; without it, from now on. Each result also has its cursor in `extensions.cursor`.',
    args: argumentsOf(t.arg, changesArgs),
    subscribe: (_root, args, context) => openChanges(context, args),
    resolve: (change: ChangeRow) => change,
  }),
);

/** Where a subscription to changes starts: at a cursor, or now. */
export async function startOf(context: Context, after: string | undefined) {
  const { complete, done } =
    after === undefined ? { complete: await startNow(context), done: null } : await resumeWithin(context, after);
  return { after: complete, done, conversationId: null };
}

async function openChanges(context: Context, args: unknown): Promise<LogSubscription<ChangeRow>> {
  const { after } = parse(changesArgs.schema, args);
  return logSubscription({ ...(await startOf(context, after)), key: userOf(context), select: selectChanges });
}

async function selectChanges(context: Context, batch: readonly LogEntry[]): Promise<Selected> {
  const { touches, end } = await touchesIn(context, batch, { conversationsOnly: false });
  const outcomes = await outcomesOf(context, touches);
  const items = outcomes.map((outcome, index) => {
    const { touch } = outcome;
    const next = outcomes[index + 1]?.touch;
    const { position, eventId } = touch;
    const value = changeOf(cursorOf(context, touch, next), outcome);
    return { at: { position, eventId }, part: nextPartOf(touch, next), value };
  });
  return { items, over: false, end };
}
