// npm run client:size: how much a browser downloads for @parley/client, with what it depends on.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** The size of the client, bundled and minified for browsers, in bytes after gzip. */
export async function measureClient(): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: ['client/src/client.ts', 'client/src/indexed-db.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'client/dist',
    write: false,
  });
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`@parley/client: ${((await measureClient()) / 1000).toFixed(1)} kB after gzip\n`);
}
