import { onTestFinished } from 'vitest';
import { eventually } from './listen.js';

/** A subscription over Server-Sent Events. */
export type EventStream = {
  response: Response;
  /** How often the server has said that it is still there. */
  keepAlives: () => number;
  /** The results until now. */
  results: () => unknown[];
  /** Waits until there are this many results. */
  until: (count: number) => Promise<unknown[]>;
  /** Settles when the stream has ended, whoever has ended it. */
  ended: Promise<void>;
  isOpen: () => boolean;
};

/** Subscribes until the test ends. */
export async function openStream(url: string, apiKey: string, query: string): Promise<EventStream> {
  const left = new AbortController();
  onTestFinished(() => left.abort());
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${apiKey}`,
    },
    body: JSON.stringify({ query }),
    signal: left.signal,
  });
  let text = '';
  let open = true;
  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  }
  const ended = read()
    .catch(() => undefined)
    .finally(() => {
      open = false;
    });
  const results = () => [...text.matchAll(/^data: (.+)$/gm)].map(([, json = '']): unknown => JSON.parse(json));
  return {
    response,
    keepAlives: () => text.match(/^:/gm)?.length ?? 0,
    results,
    until: async (count) => {
      await eventually(() => results().length >= count, `${count} results`);
      return results();
    },
    ended,
    isOpen: () => open,
  };
}
