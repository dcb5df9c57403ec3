import type { SessionTokens } from '../../auth/session-token.js';
import type { UrlPolicy } from '../../domain/webhooks/endpoint-url.js';
import type { CursorCodec } from '../../lib/cursor-codec.js';
import type { Live } from '../../live/live.js';
import type { Session } from '../../live/sessions.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';

/** What every resolver gets: who asks, the database, and where time, ids and cursors come from. */
export type Context = ActionContext & {
  cursors: CursorCodec;
  tokens: SessionTokens;
  requestId: string;
  live: Live;
  /** The address that clients reach the server by, without a slash at its end. Throws where there is none to know. */
  publicUrl: () => string;
  /** Where webhooks may go. */
  webhookPolicy: UrlPolicy;
  /** The socket that the operation came over; null for one over HTTP. */
  session: Session | null;
};

/** One instance per operation, made when first asked for: how a domain keeps its loaders. */
export function perOperation<T>(create: (context: Context) => T): (context: Context) => T {
  const instances = new WeakMap<Context, T>();
  return (context) => {
    const known = instances.get(context);
    if (known) return known;
    const made = create(context);
    instances.set(context, made);
    return made;
  };
}
