import type { ClientOptions } from '@parley/client';
import {
  ColleaguesDocument,
  type ColleaguesQuery,
  SignInDocument,
  type TypedDocumentString,
  WhoAmIDocument,
} from '../generated/operations.js';

export const ENDPOINT = new URL('/graphql', location.href).href;

/** Tokens are renewed long before they end. */
const TOKEN_SECONDS = 12 * 60 * 60;

export type Colleague = ColleaguesQuery['users']['edges'][number]['node'];

/** One person who is signed in. */
export type Session = {
  person: { id: string; name: string };
  workspace: { id: string; name: string };
  token: ClientOptions['token'];
  /** Whom else the same credential can sign in; none for a token, which is one person's. */
  others: readonly Colleague[];
};

/** What a credential leads to: a person's session, or for a key the people whom it can sign in. */
export type Entrance = { kind: 'SESSION'; session: Session } | { kind: 'CHOICE'; people: readonly Colleague[] };

/** Finds out what a key or token is good for; rejects with a reason for people. */
export async function enter(credential: string, personId: string | null): Promise<Entrance> {
  const { viewer } = await send(credential, WhoAmIDocument, {});
  const { actor, workspace } = viewer;
  if (actor.__typename === 'User') {
    // As long as it goes, since nothing else can be exchanged for a token here. Once it has ended the client ends, too.
    const token = await signIn(credential, actor.id).catch(() => credential);
    return { kind: 'SESSION', session: { person: actor, workspace, token: () => token, others: [] } };
  }
  if (actor.__typename !== 'ApiKey') throw new Error('This page is for members of the team.');
  const { users } = await send(credential, ColleaguesDocument, {});
  const people = users.edges.map(({ node }) => node).filter(({ active }) => active);
  const person = people.find(({ id }) => id === personId);
  if (!person) return { kind: 'CHOICE', people };
  const token = () => signIn(credential, person.id);
  return { kind: 'SESSION', session: { person, workspace, token, others: people } };
}

async function signIn(credential: string, actorId: string): Promise<string> {
  const input = { actorId, expiresInSeconds: TOKEN_SECONDS };
  const { createSessionToken: answer } = await send(credential, SignInDocument, { input });
  if (answer.__typename !== 'CreateSessionTokenPayload') throw new Error(answer.message);
  return answer.token;
}

async function send<Data, Variables>(
  credential: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors }: { data?: Data | null; errors?: { message: string }[] } = await response.json();
  if (!data) throw new Error(errors?.[0]?.message ?? `The server answered with the status ${response.status}.`);
  return data;
}
