import { GraphQLError } from 'graphql';

/** What resolving one operation, or one result of a subscription, may still cost. Every resolver draws on it. */
export type Budget = {
  /** Takes a field and the bytes that it adds to the answer. Throws the reason as soon as one of the two is used up. */
  take: (bytes: number) => void;
  /** Why the operation was stopped; null if it was not. */
  exceeded: () => GraphQLError | null;
  /** What was taken so far. */
  used: () => { fields: number; bytes: number };
};

/**
 * The number of fields that one operation may resolve. The static limit on fields times rows refuses nearly all that
 * would exceed it before anything is read; this one ends what had more rows than were assumed.
 */
export const MAX_RESOLVED_FIELDS = 250_000;

function exhausted(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

export function createBudget(maxBytes: number): Budget {
  let fields = 0;
  let bytes = 0;
  let reason: GraphQLError | null = null;
  return {
    take: (more) => {
      fields += 1;
      bytes += more;
      if (bytes <= maxBytes && fields <= MAX_RESOLVED_FIELDS) return;
      reason ??=
        bytes > maxBytes
          ? exhausted(
              `The response would exceed ${maxBytes} bytes. Select fewer or shorter fields, or request smaller pages.`,
              'RESPONSE_TOO_LARGE',
            )
          : exhausted(
              `The operation resolves more than ${MAX_RESOLVED_FIELDS} fields. Select fewer, or request smaller pages.`,
              'QUERY_TOO_COMPLEX',
            );
      throw reason;
    },
    exceeded: () => reason,
    used: () => ({ fields, bytes }),
  };
}
