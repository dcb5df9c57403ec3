import type { Viewer } from '../../auth/viewer.js';
import type { Session } from '../../live/sessions.js';
import type { Services } from '../../services.js';

/** What every resolver gets: the services, and the request it answers. */
export type Context = Services & {
  viewer: Viewer;
  /** The socket that the operation came over; null for one over HTTP. */
  session: Session | null;
  requestId: string;
};

/** One instance per operation, made when first asked for: how a noun keeps its loaders. */
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
