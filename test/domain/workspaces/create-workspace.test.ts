import { expect, it } from 'vitest';
import { useParley } from '../../support/fixtures.js';

const parley = useParley();

it('two workspaces created concurrently with one name get different slugs', async () => {
  const name = `Twins ${Date.now()}`;
  const twins = await Promise.all([parley.newWorkspace(name), parley.newWorkspace(name)]);
  const slugs = await Promise.all(
    twins.map(async ({ post }) => {
      const { body } = await post<{ viewer: { workspace: { slug: string } } }>('{ viewer { workspace { slug } } }');
      return body.data?.viewer.workspace.slug;
    }),
  );
  expect(new Set(slugs).size).toBe(2);
});
