import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { FREE_TOKENS, TOKEN } from '../../graphql/core/complexity.js';
import { boundedIntrospection } from '../../graphql/core/introspection-cost.js';
import { owe } from '../request-scope.js';
import { MAX_ERRORS, shortErrors } from '../short-errors.js';

/** Limits of one document. Together they bound the cost of parsing, validating and caching it. */
const MAX_TOKENS = 10_000;
const MAX_NESTING = 64;
/** A name is repeated in the answer for every row: one of 900 KB would make a small request a large answer. */
const MAX_NAME = 255;

const OPENING: readonly TokenKind[] = [TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L];
const CLOSING: readonly TokenKind[] = [TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R];

function tooComplex(message: string): GraphQLError {
  return new GraphQLError(`The document is too large. ${message}`, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
}

/**
 * Throws QUERY_TOO_COMPLEX for a document that exceeds the limits. The tokens are read before parsing, because the
 * parser is recursive and deep nesting would overflow its stack; graphql's own `maxTokens` does not limit nesting, and
 * reports a syntax error. Returns the number of tokens.
 */
function checkSize(source: Source): number {
  const lexer = new Lexer(source);
  let nesting = 0;
  let tokens = 0;
  for (; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
    if (tokens >= MAX_TOKENS) throw tooComplex(`Use at most ${MAX_TOKENS} tokens; put large values into variables.`);
    if (lexer.token.kind === TokenKind.NAME && lexer.token.value.length > MAX_NAME) {
      throw tooComplex(`Use names of at most ${MAX_NAME} characters.`);
    }
    if (OPENING.includes(lexer.token.kind)) nesting += 1;
    if (CLOSING.includes(lexer.token.kind)) nesting -= 1;
    if (nesting > MAX_NESTING) throw tooComplex(`Nest at most ${MAX_NESTING} levels.`);
  }
  return tokens;
}

function parseWithinLimits(text: string | Source): DocumentNode {
  const source = typeof text === 'string' ? new Source(text) : text;
  const tokens = checkSize(source);
  // Before it is validated, which takes most of the time and which it may not survive.
  owe(Math.max(0, tokens - FREE_TOKENS) * TOKEN);
  return parse(source);
}

/** Refuses documents with too many tokens or levels before they are parsed, and introspection that is too expensive. */
export function useDocumentLimits(): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn(parseWithinLimits),
    onValidate: ({ addValidationRule, setValidationFn }) => {
      addValidationRule(boundedIntrospection);
      setValidationFn((schema, document, rules) =>
        shortErrors(validate(schema, document, rules, { maxErrors: MAX_ERRORS })),
      );
    },
  };
}
