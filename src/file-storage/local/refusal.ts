import type { OutgoingHttpHeaders } from 'node:http';

/** A transfer is refused: the status and headers of the answer, and what it says to a person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }
}
