import { beforeAll, describe, expect, it } from 'vitest';
import { TIMEOUT } from '../e2e/support/program.js';
import { noClusters, useClusters } from '../support/cluster.js';
import { newWorkspace, type Workspace, withSql } from './support/log-rows.js';
import { useServers } from './support/servers.js';

const LIMIT = 12;
const POOL = 20;
const READERS = 24;
const READ = '{ conversations(first: 10) { totalCount nodes { id } } }';
const CREATE = 'mutation { createContact(input: { name: "Ada" }) { __typename } }';

describe.skipIf(noClusters)(`a role with few connections (${noClusters ?? 'in a cluster of the test'})`, () => {
  const newCluster = useClusters();
  const startServer = useServers();
  let url = '';
  let workspace: Workspace;
  beforeAll(async () => {
    const cluster = await newCluster();
    await withSql(cluster.url, async (sql) => {
      await sql.query(`CREATE ROLE parley LOGIN CONNECTION LIMIT ${LIMIT}`);
      await sql.query('CREATE DATABASE parley OWNER parley');
    });
    url = Object.assign(new URL(cluster.url), { username: 'parley', pathname: '/parley' }).href;
  });

  it('is warned of at start, and has requests wait for a connection instead of failing', TIMEOUT, async () => {
    const server = await startServer({ DATABASE_URL: url, DATABASE_POOL_SIZE: String(POOL) });
    workspace = await newWorkspace(url);
    expect(server.output.stderr).toContain(
      `Up to 30 connections are needed, of 30 for each process, but the CONNECTION LIMIT of the role allows ${LIMIT}: lower DATABASE_POOL_SIZE, or raise that limit`,
    );
    const post = async (query: string) => {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
        body: JSON.stringify({ query }),
      });
      const { data, errors } = await response.json();
      return { status: response.status, failed: errors ?? null, answered: data !== undefined };
    };
    const client = async () => {
      const answers = [];
      for (let round = 0; round < 5; round += 1) {
        answers.push(await post(READ), await post(CREATE));
        expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
      }
      return answers;
    };
    const answers = (await Promise.all(Array.from({ length: READERS }, client))).flat();
    expect(answers.filter(({ status, failed }) => status !== 200 || failed)).toEqual([]);
    expect(server.output.stderr).toContain('PostgreSQL allows no further connection; requests wait for one of these');
    expect(server.output.stderr).not.toContain('too busy or away');
  });
});
