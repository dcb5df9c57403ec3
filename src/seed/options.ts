import { parseArgs } from 'node:util';
import { parseOrExplain, usageError } from '../cli/command.js';

export type SeedOptions = {
  conversations: number;
  /** Average number of messages in a conversation. */
  messages: number;
  seed: number;
  /** The slug or id of an existing workspace; undefined for a new one. */
  workspace: string | undefined;
};

const USAGE = 'npm run seed -- [--conversations 1000] [--messages 10] [--workspace SLUG_OR_ID] [--seed 42]';
export const HELP = `${USAGE}

Writes conversations with contacts, messages and events into the configured database.
  --conversations  number of conversations, 1 to 5000000 (1000)
  --messages       average number of messages in a conversation, 1 to 500 (10)
  --workspace      the slug or the id (ws_…) of an existing workspace; by default a new one is created
  --seed           the same number always writes the same data, 0 to 4294967295 (42)
`;

/**
 * Parses the arguments of the command. Returns 'help' if they ask for it.
 * @throws {StartError} with one line that names the argument and what it takes
 */
export function parseSeedOptions(args: string[]): SeedOptions | 'help' {
  const values = readArguments(args);
  if (values.help) return 'help';
  return {
    conversations: wholeNumber('conversations', values.conversations, 1, 5_000_000),
    messages: wholeNumber('messages', values.messages, 1, 500),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    workspace: values.workspace,
  };
}

function readArguments(args: string[]) {
  return parseOrExplain(USAGE, () =>
    parseArgs({
      args,
      options: {
        conversations: { type: 'string', default: '1000' },
        messages: { type: 'string', default: '10' },
        seed: { type: 'string', default: '42' },
        workspace: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }),
  ).values;
}

function wholeNumber(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw usageError(`--${name} is ${JSON.stringify(value)}: it takes a whole number from ${min} to ${max}.`, USAGE);
}
