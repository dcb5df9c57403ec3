import type { IncomingMessage, ServerResponse } from 'node:http';

/** Where a file lies: its workspace, by its UUID, and its key. */
export type FileAddress = { workspaceId: string; key: string };

/** What a client may store. */
type PutGrant = FileAddress & {
  contentType: string;
  /** Exactly so many; null: as many as the client likes, up to maxBytes. */
  sizeBytes: number | null;
  maxBytes: number;
  now: Date;
  expiresAt: Date;
  /** The address that clients reach this server by. */
  publicUrl: string;
};

/** A request that a client makes by itself; its Content-Length is the file's. */
export type PutRequest = { url: string; headers: Record<string, string> };

type GetGrant = FileAddress & {
  contentType: string;
  filename: string | null;
  now: Date;
  publicUrl: string;
};

/** What lies in a store. */
export type StoredFile = {
  sizeBytes: number;
  /** null where the store took it only as what it was granted as. */
  contentType: string | null;
};

/** Keeps the bytes of uploads. Clients store and fetch them by URLs that are signed and expire. */
export type UploadStore = {
  /** Whether only a size that was said bounds what a client stores by a grant; otherwise maxBytes does too. */
  needsSize: boolean;
  /** How a client stores a file. It succeeds once. */
  grantPut: (grant: PutGrant) => Promise<PutRequest>;
  /** An address that a file can be fetched from for half an hour at least. */
  grantGet: (grant: GetGrant) => Promise<string>;
  /** What lies there, or null. */
  find: (file: FileAddress) => Promise<StoredFile | null>;
  /** Removes a file; none there is fine too. */
  remove: (file: FileAddress) => Promise<void>;
  /** Removes what is left of transfers that a crash cut off. */
  removeLeftovers: () => Promise<void>;
  /** Answers the requests that the signed URLs lead to, where they lead to this server; false: it is another's. */
  handle?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Settles when nothing is being stored any more. */
  close: () => Promise<void>;
};

/** What actions and resolvers need of uploads. */
export type Uploads = { store: UploadStore; maxBytes: number };

const PERIOD_MS = 30 * 60 * 1000;

/** When a URL to fetch a file is valid. Within a period it stays the same, so that browsers can keep what they fetched. */
export function fetchWindow(now: Date): { from: Date; until: Date; seconds: number } {
  const from = Math.floor(now.getTime() / PERIOD_MS) * PERIOD_MS;
  return { from: new Date(from), until: new Date(from + 2 * PERIOD_MS), seconds: (2 * PERIOD_MS) / 1000 };
}
