import { isObjectType } from 'graphql';
import { expect, it } from 'vitest';
import { seenByContacts, seenOfOtherContacts, standIns } from '../../src/graphql/contact-fields.js';
import { isSeenByContacts, isStructural, standInFor } from '../../src/graphql/contact-view.js';
import { schema } from '../../src/graphql/schema.js';

const types = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter((type) => !isStructural(type));
const fieldNames = types.flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`));

it('what contacts see, and what stands in for the rest, are fields of the schema', () => {
  const named = [
    ...Object.entries(seenByContacts).flatMap(([type, names]) => names.map((name) => `${type}.${name}`)),
    ...seenOfOtherContacts.map((name) => `Contact.${name}`),
    ...Object.keys(standIns),
  ];
  expect(named.length).toBeGreaterThan(90);
  expect(named.filter((name) => !fieldNames.includes(name))).toEqual([]);
});

it('every hidden field of a type that contacts reach has something to answer', () => {
  const hidden = types
    .filter((type) => Object.keys(type.getFields()).some((name) => isSeenByContacts(type, name)))
    .flatMap((type) => {
      const fields = Object.values(type.getFields()).filter(({ name }) => !isSeenByContacts(type, name));
      return fields.map((field) => [`${type.name}.${field.name}`, standInFor(type.name, field)] as const);
    });
  expect(hidden.length).toBeGreaterThan(25);
  expect(hidden.filter(([, standIn]) => standIn === undefined).map(([name]) => name)).toEqual([]);
});

it('what is the business of the team is hidden', () => {
  const seen = types.flatMap((type) =>
    Object.keys(type.getFields())
      .filter((name) => isSeenByContacts(type, name))
      .map((name) => `${type.name}.${name}`),
  );
  const business = /assignment|flow|tags|metadata|settings|notes|reason|prospect|transfer|Transport|\.email$|secret/i;
  expect(seen.filter((name) => business.test(name))).toEqual(['Contact.email']);
});
