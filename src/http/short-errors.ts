import { GraphQLError } from 'graphql';

/** How many errors of one kind a request is told at once. */
export const MAX_ERRORS = 20;
const MAX_MESSAGE = 300;

/** The errors of GraphQL itself, which quote what was sent: the first ones, without the middle of long messages. */
export function shortErrors(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  return errors.slice(0, MAX_ERRORS).map(shortened);
}

function shortened(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  if (message.length <= MAX_MESSAGE) return error;
  const half = MAX_MESSAGE / 2;
  const short = `${message.slice(0, half)} … ${message.slice(-half)}`;
  return new GraphQLError(short, { nodes, source, positions, path, originalError, extensions });
}
