import pg from 'pg';
import { hostsOf } from '../lib/urls.js';

/**
 * A client of one of the hosts of a URL. If it does not get there, the next one tries the next host. A class, because that
 * is how a pool takes it.
 */
export class HostClient extends pg.Client {
  /** Has those after this one try the next host, as this one cannot be used. */
  readonly leaveHost: () => void;

  constructor(config: pg.ClientConfig, leaveHost: () => void) {
    super(config);
    this.leaveHost = leaveHost;
    let connected = false;
    this.once('connect', () => {
      connected = true;
    });
    this.once('end', () => {
      if (!connected) leaveHost();
    });
  }
}

/** How long one of several hosts may take to be connected to, in milliseconds. */
const CONNECT_MS = 2_000;

/** Which of its hosts each URL leads to at the moment, for all connections of the process. */
const currentOf = new Map<string, number>();

/** The class of the clients of a URL, of which all go to the same host until one cannot. */
export function clientOf(url: string): new (config?: pg.ClientConfig) => HostClient {
  const hosts = hostsOf(url) ?? [url];
  const inTime = hosts.length > 1 ? { connectionTimeoutMillis: CONNECT_MS } : {};
  return class extends HostClient {
    constructor(config?: pg.ClientConfig) {
      const own = currentOf.get(url) ?? 0;
      super({ ...config, ...inTime, connectionString: hosts[own] ?? url }, () => {
        // Others may have left it already.
        if ((currentOf.get(url) ?? 0) === own) currentOf.set(url, (own + 1) % hosts.length);
      });
    }
  };
}
