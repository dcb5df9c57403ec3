import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { publicCode } from '../mask-error.js';

const UNAVAILABLE = { status: 503, headers: { 'retry-after': '1' } };

/** Answers what could not be done for the time being with 503, unless a part of it was done and its result is there. */
export function useUnavailableStatus(): Plugin {
  return {
    onResultProcess: ({ result, setResult }) => {
      if (!isResult(result) || !result.errors?.some(isUnavailable) || result.data) return;
      setResult({ ...result, extensions: { ...result.extensions, http: UNAVAILABLE } });
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return publicCode(error) === 'SERVICE_UNAVAILABLE';
}

function isResult(result: object): result is ExecutionResult {
  return !Array.isArray(result) && !(Symbol.asyncIterator in result);
}
