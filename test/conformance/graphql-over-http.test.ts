import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';

const parley = useParley();
const workspace = useWorkspace(parley);

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
