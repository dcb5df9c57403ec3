import { getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';
import { badUserInput } from '../../lib/errors.js';
import { text } from '../../lib/rules.js';
import { rootFields } from '../root-fields.js';

const HEADER = 'Idempotency-Key';
const key = text(255);

/**
 * Reads the header Idempotency-Key of an HTTP request with a mutation: the key of its only mutation. Refuses one for
 * several mutations, which would share it. With queries it says nothing.
 */
export function useIdempotencyKey(): Plugin<Context> {
  return {
    onExecute: ({ args: { document, operationName, contextValue }, setResultAndStopExecution }) => {
      const { idempotencyKey: given } = contextValue;
      if (given === null) return;
      if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.MUTATION) return;
      const refuse = (message: string) => setResultAndStopExecution({ errors: [badUserInput(message, [HEADER])] });
      const mutations = rootFields(document, operationName).filter(({ name }) => name.value !== '__typename');
      if (mutations.length !== 1) {
        return refuse(`${HEADER} is for one mutation. Give each of several its own idempotencyKey in its input.`);
      }
      const parsed = key.safeParse(given);
      if (!parsed.success) return refuse(`${HEADER}: ${parsed.error.issues.map(({ message }) => message).join(' ')}`);
      contextValue.idempotencyKey = parsed.data;
    },
  };
}
