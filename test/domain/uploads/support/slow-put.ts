import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** A PUT whose bytes a test sends when it likes. */
export type SlowPut = {
  send: (bytes: string | Buffer) => void;
  /** Sends the rest and returns the status. */
  end: () => Promise<number>;
  /** Resolves to the status, or to the reason why there is none. */
  outcome: Promise<number | string>;
  abort: () => void;
};

type Target = { url: string; headers: unknown };

/** Starts a PUT, with a Content-Length if a size is given. */
export function beginPut({ url, headers }: Target, size?: number): SlowPut {
  const length = size === undefined ? {} : { 'content-length': size };
  const put = request(url, { method: 'PUT', headers: { ...Object(headers), ...length }, agent: false });
  const outcome = outcomeOf(put);
  put.flushHeaders();
  return {
    send: (bytes) => put.write(bytes),
    end: async () => {
      put.end();
      return Number(await outcome);
    },
    outcome,
    abort: () => put.destroy(),
  };
}

async function outcomeOf(put: ClientRequest): Promise<number | string> {
  try {
    const [response]: IncomingMessage[] = await once(put, 'response');
    response?.resume();
    return response?.statusCode ?? 0;
  } catch (error) {
    return String(error);
  }
}
