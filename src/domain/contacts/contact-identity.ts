/** What a contact is identified by. Each value is unique in the workspace; null and undefined both mean none. */
export type ContactIdentity = {
  phone?: string | null | undefined;
  email?: string | null | undefined;
  externalId?: string | null | undefined;
};
