import type { Logger } from 'pino';
import type { Viewer } from '../auth/viewer.js';
import { actorId } from '../lib/actor-ref.js';
import { encodeId } from '../lib/ids.js';
import type { Metrics } from '../metrics/metrics.js';
import { createOperationNames } from '../metrics/operation-names.js';
import { publicCode } from './mask-error.js';

/** An operation that was answered; a subscription counts when it has started. */
type DoneOperation = {
  requestId: string;
  /** Left out where it was refused before it was read. */
  name?: string | null | undefined;
  type?: string | undefined;
  /** Left out where nobody was let in. */
  viewer?: Viewer | undefined;
  /** Milliseconds that it took. */
  duration: number;
  errors: readonly unknown[];
  /** The codes of what it answered as members of unions. */
  failures?: Iterable<string>;
};

/** Writes operations down: a line of the log each, and a count. */
export type RecordOperation = (operation: DoneOperation) => void;

const UNKNOWN_CODE = 'OTHER';
/** Of the server's making, unlike all others: codes are labels of a metric. */
const CODE = /^[A-Z_]{1,40}$/;

/** The log says who asked for what, never with which values: variables, keys and answers have no place in it. */
export function createOperationRecorder(log: Logger, { operations, errors: errorCounts }: Metrics): RecordOperation {
  const labelOf = createOperationNames();
  return ({ requestId, name = null, type = 'unknown', viewer, duration, errors, failures = [] }) => {
    const codes = [...new Set([...errors.map((error) => publicCode(error)), ...failures])];
    const outcome = errors.length > 0 ? 'error' : 'ok';
    // Anyone can become a contact, and would use the names up.
    const mayAdd = viewer !== undefined && viewer.kind !== 'CONTACT';
    const operation = type === 'unknown' ? 'refused' : labelOf(name, { mayAdd });
    operations.observe({ operation, type, outcome }, duration / 1000);
    for (const code of codes) errorCounts.inc({ code: CODE.test(code) ? code : UNKNOWN_CODE });
    const caller = viewer && { workspace: encodeId('Workspace', viewer.workspaceId), caller: actorId(viewer.actor) };
    log.info(
      {
        requestId,
        operation: name?.slice(0, 100) ?? null,
        type,
        ...caller,
        ms: Math.round(duration),
        ...(codes.length > 0 ? { errors: codes } : {}),
      },
      'Operation',
    );
  };
}
