import type { Plugin } from 'graphql-yoga';

const STREAM = /^text\/event-stream\b/;

/** Asks nginx, and proxies that follow its convention, not to hold back the results of a stream until it ends. */
export function useUnbufferedStreams(): Plugin {
  return {
    onResponse: ({ response }) => {
      if (STREAM.test(response.headers.get('content-type') ?? '')) response.headers.set('x-accel-buffering', 'no');
    },
  };
}
