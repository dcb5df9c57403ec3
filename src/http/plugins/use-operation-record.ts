import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';
import type { RecordOperation } from '../operation-recorder.js';
import { currentRequestId } from '../request-scope.js';
import { describeOperation } from '../request-span.js';

/** Set in the context of an HTTP request as soon as its operation is executed. */
export type Executed = { executed?: boolean };

type Args = Pick<ExecutionArgs, 'document' | 'operationName'> & {
  /** Over a socket there is no request. */
  contextValue: Context & Executed & Partial<Pick<YogaInitialContext, 'request'>>;
};

/** Takes how long an operation that had no error took, in milliseconds. Those with the same text have the same document. */
export type OnDuration = (document: DocumentNode, ms: number) => void;

/** Records each operation once: after it was executed, or when an HTTP request was refused before that. */
export function useOperationRecord(
  record: RecordOperation,
  onDuration: OnDuration,
): Plugin<Context & Executed, Executed> {
  const begin = ({ document, operationName, contextValue }: Args) => {
    const { requestId, viewer, actsFor, failures } = contextValue;
    contextValue.executed = true;
    const began = performance.now();
    const operation = getOperationAST(document, operationName);
    const { name, operation: type } = operation ?? {};
    describeOperation({ name: name?.value, type, document, requestId });
    return (result: unknown) => {
      const duration = performance.now() - began;
      const stopped = contextValue.budget.exceeded();
      const errors = stopped ? [stopped] : errorsOf(result);
      if (type !== OperationTypeNode.SUBSCRIPTION && errors.length === 0) onDuration(document, duration);
      record({ requestId, name: name?.value, type, viewer, actsFor, document, duration, errors, failures });
    };
  };
  return {
    onExecute: ({ args }) => {
      const end = begin(args);
      return { onExecuteDone: ({ result }) => end(result) };
    },
    onSubscribe: ({ args }) => {
      const end = begin(args);
      return { onSubscribeResult: ({ result }) => end(result) };
    },
    onResultProcess: ({ result, serverContext }) => {
      const errors = errorsOf(result);
      if (errors.length === 0 || serverContext.executed) return;
      record({ requestId: currentRequestId(), duration: 0, errors });
    },
  };
}

function errorsOf(result: unknown): readonly unknown[] {
  return isResult(result) ? (result.errors ?? []) : [];
}

function isResult(result: unknown): result is ExecutionResult {
  return typeof result === 'object' && result !== null && 'errors' in result;
}
