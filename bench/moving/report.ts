export type Stage = {
  name: string;
  seconds: number;
  databaseCpuSeconds: number;
  /** Of the process that reads or writes the file. */
  commandCpuSeconds: number;
};

/** What moving must not exceed: seconds each way, and how many times as long as COPY an export takes. */
const MAX_SECONDS = 180;
const MAX_EXPORT = 2;

/** Each command with the COPY of the same rows in the same direction. */
const BESIDE: Record<string, string> = { export: 'COPY … TO', import: 'COPY … FROM' };

/** A table of all stages in Markdown. */
export function describeStages(conversations: number, stages: readonly Stage[]): string {
  const cpuOf = (stage: Stage) => stage.databaseCpuSeconds + stage.commandCpuSeconds;
  const rows = stages.map((stage) => {
    const beside = stages.find(({ name }) => name === BESIDE[stage.name]);
    const cells = [
      stage.name,
      `${stage.seconds.toFixed(1)} s`,
      `${stage.databaseCpuSeconds.toFixed(1)} s`,
      `${stage.commandCpuSeconds.toFixed(1)} s`,
      beside ? (stage.seconds / beside.seconds).toFixed(2) : '',
      beside ? (cpuOf(stage) / cpuOf(beside)).toFixed(2) : '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const title = `${conversations.toLocaleString('en')} conversations`;
  return [
    `| ${title} | time | CPU time of PostgreSQL | of the process that has the file | time beside COPY | CPU time beside COPY |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** What is above its limit, a line each. */
export function failures(stages: readonly Stage[]): string[] {
  const secondsOf = (name: string) => stages.find((stage) => stage.name === name)?.seconds ?? 0;
  const failed = Object.keys(BESIDE)
    .filter((name) => secondsOf(name) > MAX_SECONDS)
    .map((name) => `The ${name} took more than ${MAX_SECONDS} s.`);
  const ratio = secondsOf('export') / secondsOf('COPY … TO');
  if (ratio > MAX_EXPORT) failed.push(`The export took more than ${MAX_EXPORT} times as long as COPY.`);
  return failed;
}
