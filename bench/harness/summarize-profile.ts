import { z } from 'zod';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

type Frame = z.infer<typeof profileSchema>['nodes'][number]['callFrame'];

/** At most as many functions are listed. */
const FUNCTIONS = 50;
/** Begins with parentheses, as V8 names what is no function: these are no work of ours. */
const WAITING = new Set(['(idle)', '(root)', '(program)']);

/**
 * What the last seconds of a V8 CPU profile were spent on, without waiting: by package, and by function, each by its own
 * time.
 */
export function summarize(json: string, seconds: number): string {
  const { nodes, samples, timeDeltas } = profileSchema.parse(JSON.parse(json));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  let left = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const time = timeDeltas[index] ?? 0;
    left -= time;
    if (!frame || left > seconds * 1e6 || WAITING.has(frame.functionName)) continue;
    total += time;
    add(packages, packageOf(frame), time);
    add(functions, `${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`, time);
  }
  const list = (times: Map<string, number>, count: number) =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n');
  return `## Own time by package\n\n${list(packages, 40)}\n\n## Own time by function\n\n${list(functions, FUNCTIONS)}\n`;
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)/;

function packageOf({ functionName, url }: Frame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8 built-ins';
  if (url.startsWith('node:')) return `node: ${url.split('/')[0]?.slice('node:'.length)}`;
  if (url.startsWith('wasm')) return 'WebAssembly';
  return PACKAGE.exec(url)?.[1] ?? `dist/${(/\/dist\/(.*)/.exec(url)?.[1] ?? url).split('/').slice(0, 2).join('/')}`;
}

function placeOf({ url, lineNumber }: Frame): string {
  const [, name, file] = PACKAGE.exec(url) ?? [];
  const place = name ? `${name}/${file}` : (/\/(dist\/.*)/.exec(url)?.[1] ?? url);
  return place === '' ? '' : `${place}:${lineNumber + 1}`;
}
