import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Answers 400 where the variables or extensions of a query string or form are not JSON, as yoga does for a JSON body. */
export function useReadableParameters(): Plugin {
  return {
    onRequestParse: ({ requestParser, setRequestParser }) => {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          throw new GraphQLError('variables and extensions must be JSON.', {
            extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
          });
        }
      });
    },
  };
}
