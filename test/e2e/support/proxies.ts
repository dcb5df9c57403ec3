import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../../live/support/listen.js';
import { freePort } from '../../support/free-port.js';

const isInstalled = (program: string, flag: string) => spawnSync(program, [flag]).error === undefined;

/** A proxy with its configuration from deploy/, of which a copy is adapted: to ports, shorter times, and the test. */
export type Proxy = {
  name: string;
  isInstalled: boolean;
  /** Starts it, until the test ends, in front of servers. Returns the URL of GraphQL there. */
  start: (serverUrls: readonly string[], adapt?: Adapt) => Promise<string>;
};

type RunningProxy = { url: string; stop: () => Promise<void> };

type Adapt = {
  /** What it cuts if nothing is said for so long. Left out: as in the file. */
  idleSeconds?: number;
  /** It compresses whatever it can. */
  compress?: boolean;
  /** It speaks HTTP/1.0 to the server; nginx only. */
  oldHttp?: boolean;
};

/** Replaces what must be there. */
export function replace(text: string, what: RegExp, by: string): string {
  const everywhere = new RegExp(what, 'gm');
  if (text.search(everywhere) < 0) throw new Error(`The configuration has no ${what}.`);
  return text.replaceAll(everywhere, by);
}

/** A site as nginx' own configuration includes it, in files of its own. */
export function nginxConfiguration(directory: string, site: string, more = ''): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off; pid ${directory}/pid; error_log stderr;
    events {}
    http { access_log off; ${temporary.map((each) => `${each}_temp_path ${directory}/${each};`).join(' ')}
    ${more}
    ${site} }`;
}

const nginx: Proxy = {
  name: 'nginx',
  isInstalled: isInstalled('nginx', '-v'),
  start: async ([url = ''], { idleSeconds, compress = false, oldHttp = false } = {}) =>
    untilTestEnds(
      await run((directory, port) => {
        let site = readFileSync('deploy/nginx.conf', 'utf8');
        site = replace(site, /listen 443 ssl http2;/, `listen 127.0.0.1:${port};`);
        site = replace(site, /^ *ssl_.*;$/, '');
        site = replace(
          site,
          /server 127\.0\.0\.1:4000;/,
          `server ${new URL(url).host.replace('localhost', '127.0.0.1')};`,
        );
        if (idleSeconds !== undefined) site = replace(site, /(proxy_(read|send)_timeout) 60s;/, `$1 ${idleSeconds}s;`);
        if (oldHttp) site = replace(site, /proxy_http_version 1\.1;/, 'proxy_http_version 1.0;');
        const compression = compress ? 'gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;' : '';
        const configuration = nginxConfiguration(directory, site, compression);
        return { configuration, command: (file) => ['nginx', '-p', directory, '-c', file] };
      }),
    ),
};

const haproxy: Proxy = {
  name: 'HAProxy',
  isInstalled: isInstalled('haproxy', '-v'),
  start: async (...started) => untilTestEnds(await startHaproxy(...started)),
};

/** Starts HAProxy in front of servers, until it is stopped. */
export function startHaproxy(
  urls: readonly string[],
  { idleSeconds, compress = false }: Adapt = {},
): Promise<RunningProxy> {
  return run((_, port) => {
    let configuration = readFileSync('deploy/haproxy.cfg', 'utf8');
    configuration = replace(configuration, /bind :8080/, `bind 127.0.0.1:${port}`);
    configuration = replace(configuration, /^ *server server-\d .*\n/, '');
    if (idleSeconds !== undefined) {
      configuration = replace(configuration, /(timeout (client|server)) 50s/, `$1 ${idleSeconds}s`);
    }
    const servers = urls.map((url, index) => `  server server-${index} 127.0.0.1:${new URL(url).port}\n`);
    const compression = compress ? '  compression algo gzip\n' : '';
    return {
      configuration: `${configuration}${servers.join('')}${compression}`,
      command: (file) => ['haproxy', '-db', '-f', file],
    };
  });
}

export const proxies: readonly Proxy[] = [nginx, haproxy];

type Prepared = { configuration: string; command: (file: string) => string[] };

function untilTestEnds({ url, stop }: RunningProxy): string {
  onTestFinished(stop);
  return url;
}

async function run(prepare: (directory: string, port: number) => Prepared): Promise<RunningProxy> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-proxy-'));
  const port = await freePort();
  const { configuration, command } = prepare(directory, port);
  const file = path.join(directory, 'configuration');
  await writeFile(file, configuration);
  const [program = '', ...args] = command(file);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}/graphql`;
  const answers = async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${errors.join('')}`);
    return fetch(new URL('/healthz', url)).then(
      ({ status }) => status === 200,
      () => false,
    );
  };
  try {
    await eventually(answers, `${program} answers`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** By the signal that also ends the processes it has started. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'close');
}
