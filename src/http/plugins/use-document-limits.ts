import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { boundedIntrospection } from '../../graphql/core/introspection-cost.js';

/** Limits of one document. Together they bound the cost of parsing, validating and caching it. */
const MAX_TOKENS = 10_000;
const MAX_NESTING = 64;

const OPENING: readonly TokenKind[] = [TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L];
const CLOSING: readonly TokenKind[] = [TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R];

function tooComplex(message: string): GraphQLError {
  return new GraphQLError(`The document is too large. ${message}`, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
}

/**
 * Throws QUERY_TOO_COMPLEX for a document that exceeds the limits. The tokens are read before parsing, because the
 * parser is recursive and deep nesting would overflow its stack; graphql's own `maxTokens` does not limit nesting, and
 * reports a syntax error.
 */
function checkSize(source: Source): void {
  const lexer = new Lexer(source);
  let nesting = 0;
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
    if (tokens >= MAX_TOKENS) throw tooComplex(`Use at most ${MAX_TOKENS} tokens; put large values into variables.`);
    if (OPENING.includes(lexer.token.kind)) nesting += 1;
    if (CLOSING.includes(lexer.token.kind)) nesting -= 1;
    if (nesting > MAX_NESTING) throw tooComplex(`Nest at most ${MAX_NESTING} levels.`);
  }
}

function parseWithinLimits(text: string | Source): DocumentNode {
  const source = typeof text === 'string' ? new Source(text) : text;
  checkSize(source);
  return parse(source);
}

/** Refuses documents with too many tokens or levels before they are parsed, and introspection that is too expensive. */
export function useDocumentLimits(): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn(parseWithinLimits),
    onValidate: ({ addValidationRule }) => addValidationRule(boundedIntrospection),
  };
}
