import { ApolloClient, ApolloLink, type DocumentNode, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode, parse } from 'graphql';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import recipe from '../../docs/recipes/trusted-codegen.js';
import { createTrustedLink, withoutTexts } from '../../docs/recipes/trusted-links.js';
import { read } from '../conformance/support/markdown.js';
import { connect, eventually } from '../live/support/listen.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { startParley, type TestServer } from '../support/parley.js';
import { writeManifest } from '../support/trusted.js';
import { generate } from './support/generate.js';

let files: Map<string, string>;
let parley: TestServer;
/** By a server that takes the documents of the tests. */
const workspace = useWorkspace(useParley());
beforeAll(async () => {
  files = await generate(recipe);
  const manifest = await writeManifest(files.get('persisted-documents.json') ?? '');
  parley = await startParley({ config: { trustedDocuments: { mode: 'only', files: [manifest] } } });
  return parley.stop;
});

/** A generated document, which has its id in `__meta__`. */
function generated(name: string): DocumentNode {
  const [, source = ''] =
    new RegExp(`export const ${name}Document = (\\{.*?\\}) as unknown as`).exec(files.get('graphql.ts') ?? '') ?? [];
  return JSON.parse(source);
}

function open() {
  const headers = { authorization: `Bearer ${workspace.apiKey}` };
  const socket = connect(parley.url, workspace.apiKey);
  const client = new ApolloClient({
    link: createTrustedLink().concat(
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(withoutTexts(socket)),
        new HttpLink({ uri: parley.url, headers }),
      ),
    ),
    cache: new InMemoryCache({ possibleTypes: JSON.parse(read('schema/possible-types.json')) }),
  });
  onTestFinished(async () => {
    client.stop();
    await socket.dispose();
  });
  return client;
}

describe('with the configuration and the links of the manual', () => {
  it('Apollo Client queries a server that takes only trusted documents, and caches what it reads', async () => {
    await makeConversation(workspace, { subject: 'Read me' });
    const client = open();
    const { data } = await client.query({ query: generated('Inbox') });
    expect(data).toMatchObject({
      conversations: { edges: [{ node: { __typename: 'Conversation', subject: 'Read me' } }] },
    });
    expect(JSON.stringify(client.extract())).toContain('"Conversation:conv_');
  });

  it('Apollo Client subscribes there', async () => {
    const types: string[] = [];
    const following = open()
      .subscribe<{ events: { type: string } }>({ query: generated('LiveEvents') })
      .subscribe({ next: ({ data }) => types.push(data?.events.type ?? 'none') });
    onTestFinished(() => following.unsubscribe());
    await eventually(async () => {
      await makeConversation(workspace);
      return types.includes('conversation.created');
    }, 'an event');
  });

  it('Apollo Client learns that the server does not trust a document', async () => {
    const unknown = Object.assign(parse('{ viewer { role } }'), { __meta__: { hash: `sha256:${'0'.repeat(64)}` } });
    await expect(open().query({ query: unknown })).rejects.toThrow('This server trusts no document with this id.');
  });
});
