import type { Services } from '../services.js';
import type { Probes } from './probes.js';
import { type Handler, listen } from './server.js';

/** Serves only what operators ask, for a process that takes no requests. */
export async function serveProbes({ config, log }: Services, probes: Probes) {
  const { host, port } = config;
  const nothing: Handler = (_request, response) => void response.writeHead(404).end();
  const { url, close } = await listen(nothing, { host, port, probes, log });
  return { url: new URL(url).origin, stop: () => close(0) };
}
