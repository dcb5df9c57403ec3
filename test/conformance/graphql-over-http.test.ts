import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';

let parley: TestServer;
let workspace: TestWorkspace;
beforeAll(async () => {
  parley = await startParley();
  workspace = await parley.newWorkspace();
});
afterAll(() => parley.stop());

const withKey: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${workspace.apiKey}`);
  return fetch(input, { ...init, headers });
};

describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: () => parley.url, fetchFn: withKey })) {
    it(`${audit.name} (${audit.id})`, async () => {
      const result = await audit.fn();
      expect(result).toMatchObject({ status: 'ok' });
    });
  }
});
