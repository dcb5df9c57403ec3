import type { Command } from './engine.js';
import type { Failure } from './failures.js';
import type { CopyRecord, RemovedRecord } from './records.js';
import type { Want } from './wants.js';

/** What the tab that leads says to the others. `term` rises with each that leads, so that one which was forced out counts no more. */
export type FromLeader =
  | { kind: 'led'; term: number }
  | { kind: 'snapshot'; term: number; to: string; seq: number; records: CopyRecord[] }
  | { kind: 'changes'; term: number; seq: number; records: CopyRecord[]; removed: RemovedRecord[] }
  | { kind: 'answer'; term: number; to: string; id: string; failure: Failure | null }
  | { kind: 'pong'; term: number; seq: number };

/** What the others say to it. */
export type ToLeader =
  | { kind: 'hello'; from: string; wants: readonly Want[]; isEnded: boolean }
  | { kind: 'wants'; from: string; wants: readonly Want[] }
  | { kind: 'call'; from: string; id: string; command: Command }
  | { kind: 'ping' };

export type Message = FromLeader | ToLeader | { kind: 'signOut' };

export type Post = (message: Message) => void;
