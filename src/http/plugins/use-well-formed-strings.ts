import { GraphQLError, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badUserInput } from '../../lib/errors.js';
import { findFlawInVariables, flawInText } from '../../lib/json-safety.js';

const wellFormedLiterals: ValidationRule = (context) => ({
  StringValue: (node) => {
    const flaw = flawInText(node.value);
    if (flaw) context.reportError(new GraphQLError(flaw, { nodes: node, extensions: { code: 'BAD_USER_INPUT' } }));
  },
});

/** Refuses values in variables and documents that cannot be stored unchanged, before anything is executed. */
export function useWellFormedStrings(): Plugin {
  return {
    onValidate: ({ addValidationRule }) => addValidationRule(wellFormedLiterals),
    onParams: ({ params: { variables } }) => {
      const flaw = findFlawInVariables(variables);
      if (flaw) throw badUserInput(flaw.message, flaw.path);
    },
  };
}
