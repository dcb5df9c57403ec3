import { expect, it } from 'vitest';
import recipe from '../../docs/recipes/codegen.js';
import { generate } from './support/generate.js';

it('GraphQL Code Generator gives every value of the API a type with the configuration of the manual', async () => {
  const files = await generate(recipe);
  const types = (files.get('graphql.ts') ?? '').replaceAll(/\/\*\*.*?\*\//gs, '');
  expect(files.get('gql.ts')).toContain('query Inbox(');
  expect(types).toMatch(/occurredAt: string/);
  expect(types).toMatch(/metadata\?: Record<string, unknown>/);
  expect(types.match(/.*\bany\b.*/g)).toBeNull();
});
