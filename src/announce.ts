export type Announcement = {
  /** Where GraphQL is served. */
  url: string;
  /** The key of the demo workspace; left out where there is none. */
  demoKey?: string | undefined;
};

const QUERY = '{ conversations(first: 3) { totalCount nodes { status contact { name } lastMessage { text } } } }';

/** Tells whoever has started the server where it is and how to try it. */
export function announce({ url, demoKey }: Announcement): void {
  const lines =
    demoKey === undefined
      ? [`Parley listens on ${url}`]
      : [
          '',
          `  Parley is ready     ${url}`,
          `  Demo API key        ${demoKey}`,
          '',
          '  Open the address in a browser, or try it from a shell:',
          '',
          `  curl ${url} -H 'content-type: application/json' -H 'authorization: Bearer ${demoKey}' -d '${JSON.stringify({ query: QUERY })}'`,
          '',
        ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
