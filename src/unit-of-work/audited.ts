import { type AuditEntry, changedNothing } from '../audit/audit-entry.js';
import type { Call } from './call.js';

/** What a transaction leaves in the audit log. */
type Audited = {
  entries: AuditEntry[];
  add: (entry: AuditEntry | null) => void;
  /** Throws if the mutation that is called has forgotten what it declares. */
  assertComplete: () => void;
};

/** Collects the audit entries of a transaction of a call. The transactions of a call after its first one owe nothing more. */
export function auditOf(call: Call | undefined): Audited {
  const entries: AuditEntry[] = [];
  const missing = new Set(call?.audited ? [] : call?.audits);
  return {
    entries,
    add: (entry) => {
      if (entry === null) return missing.clear();
      if (call && !call.audits.includes(entry.action))
        throw new Error(`No call declares that it audits ${entry.action}.`);
      missing.delete(entry.action);
      if (!changedNothing(entry)) entries.push(entry);
    },
    assertComplete: () => {
      if (missing.size > 0) throw new Error(`Not audited: ${[...missing].join(', ')}.`);
      if (call) call.audited = true;
    },
  };
}
