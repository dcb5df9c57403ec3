import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { expectType, type TestWorkspace } from './parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** An operation with a single root field. */
type Operation<Field, Variables> = TypedDocumentNode<{ [name: string]: Field }, Variables>;

/** What a mutation returns: a union of its payload and the errors that refuse it. */
export type Answer = { __typename: string };

type Payload = { __typename: `${string}Payload` };

/** Runs an operation and returns its root field; throws on a top-level error. */
export async function ask<Field, Variables extends object>(
  { run }: Client,
  operation: Operation<Field, Variables>,
  variables: NoInfer<Variables>,
): Promise<Field> {
  const [field, ...others] = Object.values(await run(operation, variables));
  if (field === undefined || others.length > 0) throw new Error('The operation must have exactly one root field.');
  return field;
}

/** Runs a mutation and returns its answer: the payload, or the error that refuses the input. */
export function act<Union extends Answer, Input>(
  client: Client,
  mutation: Operation<Union, { input: Input }>,
  input: NoInfer<Input>,
): Promise<Union> {
  return ask(client, mutation, { input });
}

/** Runs a mutation that must succeed, and returns its payload. */
export async function succeed<Union extends Answer, Input>(
  client: Client,
  mutation: Operation<Union, { input: Input }>,
  input: NoInfer<Input>,
): Promise<Extract<Union, Payload>> {
  const answer = await act(client, mutation, input);
  if (isPayload(answer)) return answer;
  throw new Error(`Expected a payload, got ${JSON.stringify(answer)}`);
}

/** Runs a mutation that must be refused with the error of this name, and returns that error. */
export async function failWith<Union extends Answer, Name extends Exclude<Union, Payload>['__typename'], Input>(
  client: Client,
  name: Name,
  mutation: Operation<Union, { input: Input }>,
  input: NoInfer<Input>,
): Promise<Extract<Union, { __typename: Name }>> {
  return expectType(await act(client, mutation, input), name);
}

/** The paths that a ValidationError names, such as `message.text`; none for any other answer. */
export function issuePaths(answer: Answer): string[] {
  return 'issues' in answer && Array.isArray(answer.issues) ? answer.issues.map(({ path }) => path.join('.')) : [];
}

function isPayload<Union extends Answer>(answer: Union): answer is Extract<Union, Payload> {
  return answer.__typename.endsWith('Payload');
}
