import type { Results, WorkResult } from './results.js';
import { rounded } from './statistics.js';

const WIDTH = 860;
const LABEL = 250;
const BAR = 16;
const GAP = 26;
const PLOT = WIDTH - LABEL - 110;
const COLORS: [contestant: string, color: string][] = [
  ['limit', '#9ca3af'],
  ['ws alone', '#9ca3af'],
  ['PostGraphile', '#d97706'],
  ['Mercurius', '#d97706'],
  ['Yoga', '#d97706'],
];
/** Also where the bars are works and not contestants. */
const PARLEY = '#2563eb';

/** A bar chart: a group for each work, and a bar for each contestant in the measure that counts. */
export function chart({ works, machine, date }: Results): string {
  let y = 40;
  const groups = works.map((work) => {
    const group = groupAt(work, y);
    y += GAP + work.rows.length * (BAR + 4) + 12;
    return group;
  });
  const caption = escaped(
    `${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores. Less is better unless it says otherwise.`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="12">
<title>Parley beside other servers</title>
<rect width="${WIDTH}" height="${y}" fill="#fff"/>
<text x="10" y="20" fill="#555">${caption}</text>
${groups.join('\n')}
</svg>
`;
}

function groupAt({ title, rows, measures: [measure] }: WorkResult, top: number): string {
  if (!measure) return '';
  const values = rows.map(({ contestant, values }) => ({ contestant, value: Math.max(0, values[measure.name] ?? 0) }));
  const longest = Math.max(...values.map(({ value }) => value), Number.MIN_VALUE);
  const more = measure.better === 'more' ? '; more is better' : '';
  const heading = `<text x="10" y="${top + 14}" font-weight="600">${escaped(`${title}: ${measure.name}, ${measure.unit}${more}`)}</text>`;
  const bars = values.map(({ contestant, value }, index) => {
    const y = top + GAP + index * (BAR + 4);
    const length = ((value / longest) * PLOT).toFixed(1);
    return `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escaped(contestant)}</text>
<rect x="${LABEL}" y="${y}" width="${length}" height="${BAR}" fill="${colorOf(contestant)}"/>
<text x="${LABEL + Number(length) + 6}" y="${y + 12}" fill="#555">${rounded(value)}</text>`;
  });
  return [heading, ...bars].join('\n');
}

function colorOf(contestant: string): string {
  return COLORS.find(([name]) => contestant.startsWith(name))?.[1] ?? PARLEY;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
