import { GraphQLError, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badUserInput } from '../../errors.js';
import { findIllFormed, isWellFormed } from '../../text.js';

const refusal = 'A string must not hold a NUL character or half of a surrogate pair.';

const wellFormedLiterals: ValidationRule = (context) => ({
  StringValue: (node) => {
    if (isWellFormed(node.value)) return;
    context.reportError(new GraphQLError(refusal, { nodes: node, extensions: { code: 'BAD_USER_INPUT' } }));
  },
});

/** Refuses strings that PostgreSQL could not keep, in variables and in the document, before anything is executed. */
export function useWellFormedStrings(): Plugin {
  return {
    onValidate: ({ addValidationRule }) => addValidationRule(wellFormedLiterals),
    onParams: ({ params: { variables } }) => {
      const path = findIllFormed(variables ?? null);
      if (path) throw badUserInput(refusal, path);
    },
  };
}
