import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Kind, parse, visit } from 'graphql';

const DIRECTORY = path.resolve(import.meta.dirname, '../../schema/operations');

/** Returns the text of an operation with all the fragments that it needs. */
export type OperationTexts = (name: string) => string;

/** Reads the documents in schema/operations. */
export async function readOperations(): Promise<OperationTexts> {
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith('.graphql'));
  const texts = new Map(
    await Promise.all(
      files.map(async (file) => [path.parse(file).name, await readFile(path.join(DIRECTORY, file), 'utf8')] as const),
    ),
  );
  return (name) => {
    const needed = new Set([name]);
    for (const part of needed) for (const fragment of fragmentsIn(texts.get(part) ?? '')) needed.add(fragment);
    return [...needed].map((part) => texts.get(part)?.trim() ?? '').join('\n\n');
  };
}

/** The names of the fragments that a document spreads but does not define. */
function fragmentsIn(text: string): string[] {
  if (text === '') return [];
  const document = parse(text);
  const names: string[] = [];
  visit(document, { FragmentSpread: ({ name }) => void names.push(name.value) });
  const defined = document.definitions.map((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? node.name.value : ''));
  return names.filter((name) => !defined.includes(name));
}
