import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TestServer } from '../../support/parley.js';

export type Wire = {
  /** The URL of the server behind this wire. */
  url: string;
  /** Forwards new connections to another server. */
  forwardTo: (serverUrl: string) => void;
  /** Drops every connection. */
  cut: () => void;
  /** Stops forwarding on the existing connections without closing them. */
  freeze: () => void;
  /** Everything the server has sent. */
  received: () => string;
  connections: () => number;
  close: () => Promise<void>;
};

/** A wire to a server that is closed when the test ends. */
export async function useWire({ url }: Pick<TestServer, 'url'>): Promise<Wire> {
  const wire = await layWire(url);
  onTestFinished(wire.close);
  return wire;
}

async function layWire(serverUrl: string): Promise<Wire> {
  let target = new URL(serverUrl);
  const ends = new Set<Socket>();
  const chunks: string[] = [];
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(target.port), '127.0.0.1');
    far.on('data', (chunk) => chunks.push(String(chunk)));
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.pipe(other);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The wire has no port.');
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}${target.pathname}`,
    forwardTo: (url) => {
      target = new URL(url);
    },
    cut,
    freeze: () => {
      for (const end of ends) end.unpipe().pause();
    },
    received: () => chunks.join(''),
    connections: () => connections,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
