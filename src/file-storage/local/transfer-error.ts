import type { OutgoingHttpHeaders } from 'node:http';

/** Rejects a transfer: the HTTP status and headers of the response, and its text for a person. */
export class TransferError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }
}
