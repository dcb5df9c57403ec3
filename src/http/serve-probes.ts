import type { Config } from '../config.js';
import type { Probes } from './probes.js';
import { listen } from './server.js';

/** Serves only what operators ask, for a process that takes no requests. */
export async function serveProbes({ host, port }: Config, probes: Probes) {
  const { url, close } = await listen((_request, response) => response.writeHead(404).end(), { host, port, probes });
  return { url: new URL(url).origin, stop: () => close(0) };
}
