import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Answers 400 if the body, or the variables or extensions in a query string or form, are not JSON. */
export function useReadableParameters(): Plugin {
  return {
    onRequestParse: ({ requestParser, setRequestParser }) => {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          const message = complaint(error);
          throw message
            ? new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } })
            : error;
        }
      });
    },
  };
}

function complaint(error: unknown): string | null {
  if (error instanceof SyntaxError) return 'variables and extensions must be JSON.';
  // Yoga's own message quotes the body and the message of the JSON parser.
  return error instanceof GraphQLError && error.extensions.originalError ? 'The body must be JSON.' : null;
}
