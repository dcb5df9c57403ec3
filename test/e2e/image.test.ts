import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { useScratchDatabase } from '../support/scratch-database.js';
import { copiedBy, lastStage, variablesOf } from './support/dockerfile.js';
import { copy, installWithoutCheckout } from './support/installation.js';
import { runToEnd, startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const database = useScratchDatabase({ empty: true });

/** The program that an instruction of the Dockerfile runs. */
function commandOf(dockerfile: string, instruction: RegExp): [string, ...string[]] {
  const [, json = ''] = instruction.exec(dockerfile) ?? [];
  return z.tuple([z.string()], z.string()).parse(JSON.parse(json));
}

it(
  'what deploy/Dockerfile puts into the image is enough to serve in production and to tell its health',
  TIMEOUT,
  async () => {
    const dockerfile = await readFile('deploy/Dockerfile', 'utf8');
    const image = lastStage(dockerfile);
    const [built, root] = [path.join(directory(), 'built'), path.join(directory(), 'image')];
    // What the stages before make of it, and what is in the checkout.
    await installWithoutCheckout(built);
    await mkdir(root);
    for (const { sources, target } of copiedBy(image)) {
      for (const source of sources.map((each) => each.replace(/^\/parley\//, ''))) {
        const to = path.join(root, target === './' ? source : target);
        await mkdir(path.dirname(to), { recursive: true });
        if (source === 'node_modules/') await copy([source, root], built);
        else await cp(path.join(built, source), to, { recursive: true });
      }
    }

    const env = { ...variablesOf(image), DATABASE_URL: database.url, UPLOADS: path.join(directory(), 'uploads') };
    const server = await startServer({ root, command: commandOf(image, /^CMD (\[.*\])$/m), env });
    const { port: PORT } = new URL(server.url);
    const health = async () =>
      (
        await runToEnd({
          root,
          command: commandOf(image, /^HEALTHCHECK .*\\\n +CMD (\[.*\])$/m),
          env: { ...env, PORT },
        })
      ).code;
    expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
    expect(await health()).toBe(0);
    expect((await server.stop()).code).toBe(0);
    expect(await health()).toBe(1);
  },
);

it('the process of the image is the server itself, which gets the signals, and is not root', async () => {
  const image = lastStage(await readFile('deploy/Dockerfile', 'utf8'));
  expect(commandOf(image, /^CMD (\[.*\])$/m)).toEqual(['node', 'dist/main.js']);
  expect(image).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
});
