import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { z } from 'zod';
import { CreateConversationDocument, CreateUserDocument, EventCursorDocument } from '../../generated/operations.js';

export type Caller = { url: string; apiKey: string };

/** Sends a document and returns its data; throws if there is none. */
async function call({ url, apiKey }: Caller, query: string, variables: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query, variables }),
  });
  if (!response.ok) throw new Error(`Status ${response.status}`);
  const { data, errors } = await response.json();
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data;
}

export async function cursorNow(caller: Caller): Promise<string> {
  return z.object({ eventCursor: z.string() }).parse(await call(caller, print(EventCursorDocument), {})).eventCursor;
}

const createdUser = z.object({ createUser: z.object({ user: z.object({ id: z.string() }) }) });

/** Users who can be made participants, each of which is an event. */
export async function makeUsers(caller: Caller, count: number): Promise<string[]> {
  const make = async () => {
    const input = { name: 'Ada', email: `${randomUUID()}@example.com` };
    return createdUser.parse(await call(caller, print(CreateUserDocument), { input })).createUser.user.id;
  };
  return Promise.all(Array.from({ length: count }, make));
}

/** One conversation with these participants: so many events and one more, in one transaction. */
export async function writeOnce(
  caller: Caller,
  participantIds: string[],
  subject = 'Written under faults',
): Promise<void> {
  const input = { subject, participantIds };
  const answer = await call(caller, print(CreateConversationDocument), { input });
  z.object({ createConversation: z.object({ __typename: z.literal('CreateConversationPayload') }) }).parse(answer);
}

export type WritingOptions = {
  writers: number;
  /** How many conversations each of them makes. */
  each: number;
  participantIds: string[];
  subject?: string;
  /** Who is asked to write, by the writer's number and its try: another process where one has failed. */
  callerFor: (writer: number, attempt: number) => Caller;
};

const MAX_TRIES = 400;

/** Writers that do not give up: what fails is tried again, with another process. */
export async function write({ writers, each, participantIds, subject, callerFor }: WritingOptions): Promise<void> {
  const one = async (writer: number) => {
    for (let done = 0, failed = 0; done < each; ) {
      try {
        await writeOnce(callerFor(writer, failed), participantIds, subject);
        done += 1;
      } catch (error) {
        failed += 1;
        if (failed > MAX_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
}
