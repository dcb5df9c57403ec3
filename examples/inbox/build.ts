// npm run build, and npm run dev before it starts: bundles the example inbox into dist/inbox, where the server finds it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const source = import.meta.dirname;
const root = path.resolve(source, '../..');

/** The files that are made from operations, and what they are made from. */
const GENERATED = [
  { file: 'client/src/generated/operations.ts', folder: 'client/operations' },
  { file: 'examples/inbox/generated/operations.ts', folder: 'examples/inbox/operations' },
];

/** Bundles the page into a directory; each file is there as a whole at any time. */
export async function buildInbox(directory = path.join(root, 'dist/inbox')): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const unfinished = mkdtempSync(`${directory}-`);
  await build({
    entryPoints: { inbox: path.join(source, 'main.tsx') },
    outdir: unfinished,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    tsconfig: path.join(source, 'tsconfig.json'),
    logLevel: 'warning',
  });
  cpSync(path.join(source, 'index.html'), path.join(unfinished, 'index.html'));
  for (const file of ['inbox.js', 'inbox.css', 'index.html']) {
    renameSync(path.join(unfinished, file), path.join(directory, file));
  }
  rmSync(unfinished, { recursive: true });
}

/** Makes the types of operations, which takes some seconds, only where they are not as the operations are. */
function generateIfOutdated(): void {
  const changedAt = (file: string) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isCurrent = GENERATED.every(({ file, folder }) => {
    const operations = readdirSync(path.join(root, folder)).map((name) => path.join(folder, name));
    return ['schema/schema.graphql', ...operations].every((name) => changedAt(name) <= changedAt(file));
  });
  if (!isCurrent) execFileSync(process.execPath, ['--import', 'tsx', 'codegen.ts'], { cwd: root, stdio: 'inherit' });
}

if (process.argv[1] === import.meta.filename) {
  generateIfOutdated();
  await buildInbox();
}
