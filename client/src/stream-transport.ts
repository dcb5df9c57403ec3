import { RequestError, toRequestError, UNREACHABLE } from './failures.js';
import { type Endpoint, type GraphQLRequest, type GraphQLResult, JSON_ONLY, postRequest, readData } from './http.js';
import { createStreamTurns, type Turn } from './stream-turns.js';
import type { StreamSink, Transport } from './transport.js';

export type StreamOptions = {
  endpoint: Endpoint;
  token: string;
  /** A stream that brings nothing for so long, not even a keep-alive, is considered dead. In milliseconds. */
  silenceMs: number;
  /** How many there may be at once, and how long each is open before it makes room for another. In milliseconds. */
  most: number;
  turnMs: number;
  signal: AbortSignal;
};

type ReachOptions = Pick<StreamOptions, 'endpoint' | 'token' | 'silenceMs' | 'signal'>;

/** Rejects if the server is not there, does not answer within `silenceMs`, or does not take this token. */
export async function reach({ endpoint, token, silenceMs, signal }: ReachOptions): Promise<void> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(silenceMs)]);
  await readData(await postRequest(endpoint, token, { query: '{ __typename }', variables: {} }, JSON_ONLY, inTime));
}

/** Each subscription by its own POST that is answered with Server-Sent Events, and by another one when it takes turns. */
export function openStreams({ endpoint, token, silenceMs, most, turnMs, signal }: StreamOptions): Transport {
  const turns = createStreamTurns(most, turnMs);
  const ending = new AbortController();
  let end: (reason: RequestError) => void = () => {};
  const closed = new Promise<RequestError>((settle) => {
    end = settle;
  });
  const close = (reason: RequestError) => {
    signal.removeEventListener('abort', closeOurselves);
    end(reason);
    ending.abort();
  };
  const closeOurselves = () => close(new RequestError(UNREACHABLE, 'The client closed the streams.'));
  signal.addEventListener('abort', closeOurselves);
  return {
    kind: 'SSE',
    closed,
    close: closeOurselves,
    subscribe: <Data>(request: () => GraphQLRequest, sink: StreamSink<Data>) => {
      const stopping = new AbortController();
      const stopped = AbortSignal.any([stopping.signal, ending.signal]);
      const read = async (turn: Turn) => {
        const until = AbortSignal.any([stopped, turn.over]);
        const late = new AbortController();
        const lateness = setTimeout(() => late.abort(), silenceMs);
        const inTime = AbortSignal.any([until, late.signal]);
        const response = await postRequest(endpoint, token, request(), 'text/event-stream', inTime).finally(() =>
          clearTimeout(lateness),
        );
        if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
          await readData(response);
          throw new RequestError(UNREACHABLE, 'The answer was no stream.');
        }
        turn.begun();
        await readEvents(response.body, { silenceMs, stopped: until, next: sink.next });
      };
      const follow = async () => {
        for (let isFirst = true; ; isFirst = false) {
          const turn = await turns.take(stopped);
          if (!turn) return;
          try {
            if (!isFirst) await sink.again();
            await read(turn);
            if (!turn.over.aborted) return;
          } catch (reason) {
            if (!turn.over.aborted || stopped.aborted) throw reason;
          } finally {
            turn.end();
          }
        }
      };
      follow().then(
        () => stopping.signal.aborted || sink.end(null),
        (reason) => {
          if (stopping.signal.aborted) return;
          const error = toRequestError(reason);
          sink.end(error);
          // What one stream met, the others did or will.
          if (error.code === UNREACHABLE) close(error);
        },
      );
      return () => stopping.abort();
    },
  };
}

type Reading<Data> = { silenceMs: number; stopped: AbortSignal; next: (result: GraphQLResult<Data>) => void };

/** Passes every `next` on until `complete`; rejects if the stream ends without it. */
async function readEvents<Data>(
  body: ReadableStream<Uint8Array>,
  { silenceMs, stopped, next }: Reading<Data>,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    while (true) {
      let silence: ReturnType<typeof setTimeout> | undefined;
      const silent = new Promise<never>((_, reject) => {
        silence = setTimeout(() => reject(new RequestError(UNREACHABLE, 'The stream fell silent.')), silenceMs);
      });
      const { done, value } = await Promise.race([reader.read(), silent]).finally(() => clearTimeout(silence));
      if (done) throw new RequestError(UNREACHABLE, 'The stream broke off.');
      const events = (rest + decoder.decode(value, { stream: true }).replaceAll('\r', '')).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        if (stopped.aborted) return;
        if (/^event: ?complete$/m.test(event)) return;
        const data = [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join('\n');
        if (data && /^event: ?next$/m.test(event)) next(JSON.parse(data));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
