import { sendNodeResponse } from '@whatwg-node/server';
import type { Handler } from './server.js';
import type { Pipeline } from './yoga.js';

/** Answers requests by the pipeline. Its own listener would answer what is thrown around it with the stack. */
export function graphqlListener(pipeline: Pipeline): Handler {
  return async (request, response) => {
    const answer = await pipeline.handleNodeRequestAndResponse(request, response);
    await sendNodeResponse(answer, response, request, true);
  };
}
