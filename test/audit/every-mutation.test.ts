import { describe, expect, it } from 'vitest';
import { auditActions } from '../../src/audit/audit-entry.js';
import { permissionOf } from '../../src/graphql/core/builder.js';
import { schema } from '../../src/graphql/schema.js';
import { AuditEventsDocument, ExportContactDocument } from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeBot, makeChannel, makeContact, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** What administrators may do without leaving an entry, as it changes nothing that is administered. */
const unaudited = ['sendTestWebhook', 'redeliverWebhook'];

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
const auditsOf = (field: (typeof mutations)[number]): string[] => Object(field.extensions).audits;
const audited = mutations.filter((field) => auditsOf(field).length > 0).map(({ name }) => name);

const makeEndpoint = async ({ post }: TestWorkspace) => {
  const { body } = await post<{ createWebhookEndpoint: { webhookEndpoint: { id: string } } }>(
    'mutation { createWebhookEndpoint(input: { url: "https://example.com", events: ["*"] }) { ... on CreateWebhookEndpointPayload { webhookEndpoint { id } } } }',
  );
  return body.data?.createWebhookEndpoint.webhookEndpoint.id ?? '';
};

const makeKey = async ({ post }: TestWorkspace) => {
  const { body } = await post<{ createApiKey: { apiKey: { id: string } } }>(
    'mutation { createApiKey(input: { name: "x", scopes: [READ] }) { ... on CreateApiKeyPayload { apiKey { id } } } }',
  );
  return body.data?.createApiKey.apiKey.id ?? '';
};

const run = async ({ post }: TestWorkspace, name: string, input: object) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { body } = await post(`mutation($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input });
  return Object(body.data?.[name]).__typename;
};

/** An input with which each audited mutation changes something. */
const inputs: Record<string, (at: TestWorkspace) => object | Promise<object>> = {
  updateWorkspace: () => ({ settings: { theme: 'dark' } }),
  createApiKey: () => ({ name: 'Key', scopes: ['READ'] }),
  revokeApiKey: async (at) => ({ apiKeyId: await makeKey(at) }),
  createUser: () => ({ name: 'Ada', email: 'ada@example.com' }),
  updateUser: async (at) => ({ userId: (await makeUser(at)).id, name: 'Changed' }),
  deactivateUser: async (at) => ({ userId: (await makeUser(at)).id }),
  reactivateUser: async (at) => {
    const { id: userId } = await makeUser(at);
    await run(at, 'deactivateUser', { userId });
    return { userId };
  },
  createBot: () => ({ name: 'Robo' }),
  updateBot: async (at) => ({ botId: (await makeBot(at)).id, name: 'Changed' }),
  deactivateBot: async (at) => ({ botId: (await makeBot(at)).id }),
  reactivateBot: async (at) => {
    const { id: botId } = await makeBot(at);
    await run(at, 'deactivateBot', { botId });
    return { botId };
  },
  createChannel: () => ({ name: 'Website', type: 'WEBCHAT' }),
  updateChannel: async (at) => ({ channelId: (await makeChannel(at)).id, status: 'INACTIVE' }),
  deleteChannel: async (at) => ({ channelId: (await makeChannel(at)).id }),
  createWebhookEndpoint: () => ({ url: 'https://example.com', events: ['*'] }),
  updateWebhookEndpoint: async (at) => ({ endpointId: await makeEndpoint(at), active: false }),
  deleteWebhookEndpoint: async (at) => ({ endpointId: await makeEndpoint(at) }),
  rotateWebhookSecret: async (at) => ({ endpointId: await makeEndpoint(at) }),
  replayWebhooks: async (at) => {
    const { body } = await at.post<{ eventCursor: string }>('{ eventCursor }');
    return { endpointId: await makeEndpoint(at), after: body.data?.eventCursor };
  },
  eraseContact: async (at) => ({ contactId: (await makeContact(at)).id }),
  exportContact: async (at) => ({ contactId: (await makeContact(at)).id }),
  createContactExportLink: async (at) => {
    const { id: contactId } = await makeContact(at);
    return { exportKey: (await succeed(at, ExportContactDocument, { contactId })).exportKey };
  },
};

describe('the audit log', () => {
  it('is left an entry by everything that only administrators may do, or that changes keys', () => {
    const administrative = mutations
      .filter((field) => permissionOf(field) === 'administer' || /ApiKey$/.test(field.name))
      .map(({ name }) => name);
    expect(administrative.filter((name) => !unaudited.includes(name) && !audited.includes(name))).toEqual([]);
    expect(mutations.filter(({ name }) => unaudited.includes(name)).flatMap(auditsOf)).toEqual([]);
  });

  it.each(audited)('has what %s declares, and nothing else of it', async (name) => {
    const input = await inputs[name]?.(workspace);
    if (!input) throw new Error(`Say in this test with which input ${name} changes something.`);
    const before = (await ask(workspace, AuditEventsDocument, { first: 100 })).totalCount;
    expect(await run(workspace, name, input)).toMatch(/Payload$/);
    const after = await ask(workspace, AuditEventsDocument, { first: 100 });
    const entries = nodesOf(after).slice(0, after.totalCount - before);
    const field = mutations.find((each) => each.name === name);
    expect(entries.map(({ action }) => action).sort()).toEqual(field && [...auditsOf(field)].sort());
    const types: Record<string, string> = auditActions;
    for (const { action, targetType } of entries) expect(targetType).toBe(types[action]);
  });

  it('is declared by some mutation for each of its acts, but for that of the command line', () => {
    const declared = new Set(mutations.flatMap(auditsOf));
    expect(Object.keys(auditActions).filter((action) => !declared.has(action))).toEqual(['workspace.created']);
  });
});
