import type { DocumentNode } from 'graphql';
import type { Logger } from 'pino';
import type { Viewer } from '../auth/viewer.js';
import { actorId } from '../lib/actor-ref.js';
import { encodeId } from '../lib/ids.js';
import { createOperationNames, type Metrics } from '../metrics/metrics.js';
import { publicCode } from './mask-error.js';
import { currentRequestSpan } from './request-scope.js';
import { documentId } from './request-span.js';

/** A completed operation. A subscription counts as completed when it has started. */
type DoneOperation = {
  requestId: string;
  /** Undefined if the operation was refused before it was parsed. */
  name?: string | null | undefined;
  type?: string | undefined;
  /** Undefined if the caller was not authenticated. */
  viewer?: Viewer | undefined;
  /** The public ids of the actors that the caller acted for, or tried to. */
  actsFor?: Iterable<string>;
  /** Undefined if the operation was refused before it was executed. */
  document?: DocumentNode;
  /** In milliseconds. */
  duration: number;
  errors: readonly unknown[];
  /** The codes of failures returned as members of unions. */
  failures?: Iterable<string>;
};

/** Records an operation in the log and in the metrics. */
export type RecordOperation = (operation: DoneOperation) => void;

const UNKNOWN_CODE = 'OTHER';
/** Codes that the server itself uses. Others do not become labels of a metric. */
const CODE = /^[A-Z_]{1,40}$/;

/** Creates a recorder. Its log lines say who ran which operation, but never contain variables, keys or results. */
export function createOperationRecorder(
  log: Logger,
  { operations, errors: errorCounts }: Metrics,
  slowMs: number,
): RecordOperation {
  const labelOf = createOperationNames();
  // What the lines consist of is all below: looking for secrets in each would take as long as writing it.
  const lines = log.child({}, { redact: [] });
  return ({
    requestId,
    name = null,
    type = 'unknown',
    viewer,
    actsFor = [],
    document,
    duration,
    errors,
    failures = [],
  }) => {
    const codes = [...new Set([...errors.map((error) => publicCode(error)), ...failures])];
    const outcome = errors.length > 0 ? 'error' : 'ok';
    // Anyone can become a contact, and could use up the names.
    const mayAdd = viewer !== undefined && viewer.kind !== 'CONTACT';
    const operation = type === 'unknown' ? 'refused' : labelOf(name, { mayAdd });
    operations.observe({ operation, type, outcome }, duration / 1000);
    for (const code of codes) errorCounts.inc({ code: CODE.test(code) ? code : UNKNOWN_CODE });
    traceOutcome(codes, viewer);
    const named = [...actsFor];
    const slow = slowMs > 0 && duration >= slowMs;
    lines[slow ? 'warn' : 'info'](
      {
        requestId,
        operation: name?.slice(0, 100) ?? null,
        type,
        ...(viewer ? callerOf(viewer) : {}),
        ...(named.length > 0 ? { actsFor: named } : {}),
        ...(slow && document ? { document: documentId(document) } : {}),
        ms: Math.round(duration),
        ...(codes.length > 0 ? { errors: codes } : {}),
      },
      slow ? 'Slow operation' : 'Operation',
    );
  };
}

const FAULTS = ['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE'];

/** Says in the span of the request how it ended. What callers do wrong is no failure of the server. */
function traceOutcome(codes: readonly string[], viewer: Viewer | undefined): void {
  const span = currentRequestSpan();
  if (!span) return;
  const { workspace, caller } = viewer ? callerOf(viewer) : {};
  const known = codes.filter((code) => CODE.test(code)).join(',');
  span.set({
    'parley.workspace.id': workspace,
    'parley.caller.id': caller,
    'parley.error.codes': known === '' ? undefined : known,
  });
  const fault = codes.find((code) => FAULTS.includes(code));
  if (fault) span.fail(fault);
}

/**
 * Who calls. Where that is not the API key itself, also the key: that of a bot, or the one that a token goes back to. For
 * a token that a user issued for somebody else, also that user.
 */
function callerOf({ workspaceId, actor, credential }: Viewer): Record<string, string> {
  const { keyId } = credential;
  const issuerId = credential.type === 'TOKEN' ? credential.issuerId : null;
  return {
    workspace: encodeId('Workspace', workspaceId),
    caller: actorId(actor),
    ...(keyId && keyId !== actor.id ? { key: encodeId('ApiKey', keyId) } : {}),
    ...(issuerId ? { issuer: encodeId('User', issuerId) } : {}),
  };
}
