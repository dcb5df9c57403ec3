import * as operations from '../../../generated/operations.js';
import { expectType, type TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;
type CreateInput = operations.CreateContactMutationVariables['input'];
type UpdateInput = operations.UpdateContactMutationVariables['input'];

export const create = async ({ run }: Client, input: CreateInput) =>
  (await run(operations.CreateContactDocument, { input })).createContact;

export const created = async (client: Client, input: CreateInput) =>
  expectType(await create(client, input), 'CreateContactPayload').contact;

export const update = async ({ run }: Client, input: UpdateInput) =>
  (await run(operations.UpdateContactDocument, { input })).updateContact;

export const updated = async (client: Client, input: UpdateInput) =>
  expectType(await update(client, input), 'UpdateContactPayload').contact;

export const remove = async ({ run }: Client, input: operations.DeleteContactMutationVariables['input']) =>
  (await run(operations.DeleteContactDocument, { input })).deleteContact;

/** The contact with its conversations; null where there is none. */
export const read = async ({ run }: Client, id: string) => (await run(operations.ContactDocument, { id })).contact;
