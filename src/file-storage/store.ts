import type { IncomingMessage, ServerResponse } from 'node:http';

/** Identifies a file in a store. `workspaceId` is a UUID. */
export type FileRef = { workspaceId: string; key: string };

/** What a client is allowed to store. */
type PutOptions = FileRef & {
  contentType: string;
  /** The exact size; null allows any size up to maxBytes. */
  sizeBytes: number | null;
  maxBytes: number;
  now: Date;
  expiresAt: Date;
  /** The base URL by which clients reach this server. */
  publicUrl: string;
};

/** The PUT request by which a client stores a file. The client adds the Content-Length. */
export type PutRequest = { url: string; headers: Record<string, string> };

type GetOptions = FileRef & {
  contentType: string;
  filename: string | null;
  now: Date;
  /** When the URL ends. Default: 30 to 60 minutes from now, so that equal URLs are signed for a while. */
  expiresAt?: Date;
  publicUrl: string;
};

/** A file as it is in a store. */
export type StoredFile = {
  sizeBytes: number;
  /** null if the store has accepted only the content type of the presigned URL. */
  contentType: string | null;
};

/** Stores the bytes of uploads. Clients store and fetch them by presigned URLs, which expire. */
export type UploadStore = {
  /** Whether the store can enforce an exact size only, and not maxBytes. */
  requiresSize: boolean;
  /** Returns the request by which a client stores a file. It succeeds once. */
  presignPut: (options: PutOptions) => Promise<PutRequest>;
  /** Returns a URL from which a file can be fetched for at least 30 minutes, or until the given time. */
  presignGet: (options: GetOptions) => Promise<string>;
  /** Returns the stored file, or null if there is none. */
  find: (file: FileRef) => Promise<StoredFile | null>;
  /** The bytes of a stored file, which can be read once; null if there is none. */
  read: (file: FileRef) => Promise<AsyncIterable<Uint8Array> | null>;
  /**
   * Stores a file of the server's own, from bytes at hand or as they come, of which it keeps a few MB in memory. The file is
   * there as a whole or not at all. One that is there already stays in a folder, and is replaced in a bucket.
   */
  write: (file: FileRef & { contentType: string }, bytes: Uint8Array | AsyncIterable<Uint8Array>) => Promise<void>;
  /** Removes a file, if it exists. */
  remove: (file: FileRef) => Promise<void>;
  /** Removes what interrupted transfers have left behind, for example after a crash. */
  removePartialFiles: () => Promise<void>;
  /**
   * Handles a request if presigned URLs point to this server and this is one of them, and returns whether it is. A store
   * without it has URLs that point elsewhere.
   */
  handle?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Resolves when no transfer is running any more. */
  close: () => Promise<void>;
};

/** The store and its limits, as actions and resolvers need them. */
export type Uploads = {
  store: UploadStore;
  /** The largest size of a file. */
  maxBytes: number;
  /** How many bytes the files of a contact, and those of a workspace, may take together; 0 for no limit. */
  maxStored: { contact: number; workspace: number };
};

const PERIOD_MS = 30 * 60 * 1000;

/**
 * The time during which a URL for fetching a file is valid: 30 to 60 minutes from now. URLs signed within the same 30
 * minutes are equal, so that browsers can cache the file.
 */
export function fetchWindow(now: Date): { from: Date; until: Date; seconds: number } {
  const from = Math.floor(now.getTime() / PERIOD_MS) * PERIOD_MS;
  return { from: new Date(from), until: new Date(from + 2 * PERIOD_MS), seconds: (2 * PERIOD_MS) / 1000 };
}
