import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The directory of package.json. Its distance differs between the source and the compiled file. */
export async function packageRoot(): Promise<string> {
  for (let directory = path.dirname(fileURLToPath(import.meta.url)); ; directory = path.dirname(directory)) {
    try {
      await access(path.join(directory, 'package.json'));
      return directory;
    } catch (error) {
      if (directory === path.dirname(directory)) throw error;
    }
  }
}

/** The version of the server. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(await packageRoot(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
