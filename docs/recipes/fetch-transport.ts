import { followStream, type StreamResult } from './follow-stream.js';
import { createRequest, errorOf } from './request.js';
import type { Transport } from './thread.js';
import { authorizedFetch, type Token } from './tokens.js';

/** The server says that it is there every 12 seconds. */
const SILENCE_MS = 30_000;

/** Requests and subscriptions by `fetch` alone; subscriptions are Server-Sent Events. */
export function fetchTransport(url: string, token: Token): Transport {
  const send = authorizedFetch(token);

  /** Yields the results of a subscription. */
  async function* stream<Data>(body: object, stopped: AbortSignal): AsyncGenerator<StreamResult<Data>> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([stopped, silence.signal]),
      });
      if (!response.ok) throw await errorOf(response);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const blocks = (text + part.value).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, json] = /^event: next\ndata: (.*)$/m.exec(block) ?? [];
          if (json) yield JSON.parse(json);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    request: createRequest(url, token),
    follow: (query, variables, sink) =>
      followStream((after, stopped) => stream({ query, variables: { ...variables, after } }, stopped), sink),
  };
}
