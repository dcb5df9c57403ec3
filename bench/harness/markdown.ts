import { describeTarget, type Measure, type Results, type Row, type WorkResult } from './results.js';
import { rounded } from './statistics.js';

/** The results as a page. */
export function markdown({ date, machine, versions, conversations, quick, works }: Results): string {
  const { cpu, cores, memoryGb, load } = machine;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Results

${date.slice(0, 10)}, ${cpu}, ${cores} cores, ${memoryGb} GB, load ${load.toFixed(1)} before; ${conversations.toLocaleString('en')} conversations${quick ? '; quick, so only a look' : ''}.
Versions: ${names.join(', ')}.

${works.map(section).join('\n')}`;
}

/** One work as a table, with its targets. */
function section({ title, measures, rows, targets, notes }: WorkResult): string {
  const [first] = measures;
  const limit = first && rows.find(({ contestant }) => /^(limit|ws alone)/.test(contestant))?.values[first.name];
  const ratio = limit === undefined ? [] : [`${first?.name} to limit`];
  const header = ['', ...measures.map(({ name, unit }) => `${name} (${unit})`), ...ratio];
  const lines = rows.map((row) => [
    row.contestant,
    ...measures.map(({ name }) => rounded(row.values[name] ?? Number.NaN)),
    ...ratio.map(() => timesLimit(row, first, limit)),
  ]);
  const rule = header.map((_name, index) => (index === 0 ? '---' : '---:'));
  const table = [header, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `## ${title}

${[...notes, ''].join('\n\n')}${table}

${targets.map((target) => `- ${describeTarget(target)}`).join('\n')}
`;
}

function timesLimit({ values }: Row, measure: Measure | undefined, limit: number | undefined): string {
  return measure && limit ? `${rounded((values[measure.name] ?? Number.NaN) / limit)} ×` : '';
}
