import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { runToEnd, TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { type Cluster, noClusters, useClusters } from '../support/cluster.js';
import { newWorkspace, type Workspace, withSql } from './support/log-rows.js';
import { useServers } from './support/servers.js';

const hasOpenSsl = spawnSync('openssl', ['version']).error === undefined;
const unavailable = noClusters ?? (hasOpenSsl ? undefined : 'only where openssl is installed');

describe.skipIf(unavailable)(`a database that is reached by TLS (${unavailable ?? 'in a cluster of the test'})`, () => {
  const newCluster = useClusters();
  const startServer = useServers();
  const directory = mkdtempSync(path.join(tmpdir(), 'parley-tls-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  let cluster: Cluster;
  let workspace: Workspace;
  let urlWith: (parameters: Record<string, string>) => string;

  /** Makes a certificate for `localhost`, and returns the names of its files. */
  function newCertificate(name: string) {
    const [certificate, key] = [path.join(directory, `${name}.crt`), path.join(directory, `${name}.key`)];
    const files = ['-keyout', key, '-out', certificate];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '30'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], {
      stdio: 'ignore',
    });
    chmodSync(key, 0o600);
    return { certificate, key };
  }

  beforeAll(async () => {
    chmodSync(directory, 0o755);
    const { certificate, key } = newCertificate('server');
    newCertificate('other');
    // PostgreSQL reads only a key of its own user or of root's group.
    if (process.getuid?.() === 0) chownSync(key, Number(execFileSync('id', ['-u', 'postgres'])), 0);
    cluster = await newCluster();
    await withSql(cluster.url, async (sql) => {
      await sql.query(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
      await sql.query(`ALTER SYSTEM SET ssl_key_file = '${key}'`);
      await sql.query('ALTER SYSTEM SET ssl = on');
      await sql.query('SELECT pg_reload_conf()');
      await eventually(async () => (await sql.query('SHOW ssl')).rows[0]?.ssl === 'on', 'TLS');
    });
    await migrate(cluster.url);
    workspace = await newWorkspace(cluster.url);
    urlWith = (parameters) => {
      const url = Object.assign(new URL(cluster.url), { hostname: 'localhost' });
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    };
  });

  it('is used so by all connections, those for signals, jobs and readiness too', TIMEOUT, async () => {
    const rootCertificate = path.join(directory, 'server.crt');
    const server = await startServer({
      DATABASE_URL: urlWith({ sslmode: 'verify-full', sslrootcert: rootCertificate }),
      REDIS_URL: '',
    });
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
      body: JSON.stringify({ query: 'mutation { createContact(input: { name: "Ada" }) { __typename } }' }),
    });
    expect(await response.json()).toEqual({ data: { createContact: { __typename: 'CreateContactPayload' } } });
    expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
    const { rows } = await withSql(cluster.url, (sql) =>
      sql.query<{ ssl: boolean; count: number }>(
        `SELECT ssl, count(*)::int FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY ssl`,
      ),
    );
    expect(rows).toEqual([{ ssl: true, count: expect.any(Number) }]);
    expect(rows[0]?.count).toBeGreaterThanOrEqual(3);
  });

  it('is not used with a certificate that nobody vouches for', TIMEOUT, async () => {
    const rootCertificate = path.join(directory, 'other.crt');
    const { code, stderr } = await runToEnd({
      command: ['node', 'dist/main.js'],
      env: {
        NODE_ENV: 'production',
        DATABASE_URL: urlWith({ sslmode: 'verify-full', sslrootcert: rootCertificate }),
        PORT: '0',
      },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/certificate/);
  });
});
