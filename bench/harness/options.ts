import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [--quick] [--only inbox,page] [--conversations 20000] [--growth] [--check] [--help]

Measures Parley beside other servers on one database, and writes results.json, results.md and results.svg.
  --quick          fewer and shorter rounds, for a look: under 3 minutes once the database is seeded
  --only           works, separated by commas
  --conversations  size of the database, 1000 to 5000000 (20000); seeded once, and kept for later runs
  --growth         also compares 10 000 with 100 000 conversations; --growth 10000,1000000 with these sizes
  --check          writes nothing, and fails if a ratio is below 0.85 of the committed one
`;

export type Options = {
  quick: boolean;
  /** Names of works; null for all. */
  only: string[] | null;
  conversations: number;
  /** Sizes to compare; empty for no comparison. */
  growth: number[];
  check: boolean;
};

const GROWTH = '10000,100000';

/** Parses the arguments. Returns 'help' if they ask for it. Throws with one line if they are wrong. */
export function parseOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    // A lone --growth has a default, which parseArgs does not know.
    args: args.flatMap((arg, index) =>
      arg === '--growth' && !/^\d/.test(args[index + 1] ?? '') ? [arg, GROWTH] : arg,
    ),
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      conversations: { type: 'string', default: '20000' },
      growth: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const only = values.only?.split(',') ?? null;
  const growth = values.growth ?? (only?.includes('growth') ? GROWTH : undefined);
  return {
    quick: values.quick,
    only,
    conversations: sizeOf(values.conversations),
    growth: growth?.split(',').map(sizeOf) ?? [],
    check: values.check,
  };
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (/^\d+$/.test(text) && size >= 1000 && size <= 5_000_000) return size;
  throw new Error(`${text} is not a number of conversations from 1000 to 5000000.`);
}
