import type { Plugin } from 'graphql-yoga';

/** Takes an empty `operationName` for none however the request is sent; Yoga itself does so for GET only. */
export function useOptionalName(): Plugin {
  return {
    onParams: ({ params, setParams }) => {
      if (params.operationName === '') setParams({ ...params, operationName: undefined });
    },
  };
}
