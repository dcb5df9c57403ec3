/** An instruction COPY: from the checkout, or from a stage that came before. */
export type Copied = { stage: string | undefined; sources: string[]; target: string };

export function copiedBy(dockerfile: string): Copied[] {
  return [...dockerfile.matchAll(/^COPY (?:--from=(\w+) )?(.+) (\S+)$/gm)].map(
    ([, stage, sources = '', target = '']) => ({
      stage,
      sources: sources.split(' '),
      target,
    }),
  );
}

/** The last stage, of which the image is made. */
export const lastStage = (dockerfile: string): string => dockerfile.slice(dockerfile.lastIndexOf('\nFROM ') + 1);

/** The variables that it sets. */
export const variablesOf = (dockerfile: string): Record<string, string> =>
  Object.fromEntries(
    [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, pairs = '']) =>
      pairs.split(' ').map((pair): [string, string] => {
        const [name = '', value = ''] = pair.split('=');
        return [name, value];
      }),
    ),
  );
