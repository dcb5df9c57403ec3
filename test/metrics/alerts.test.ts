import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { useParley } from '../support/fixtures.js';

const ALERTS = 'docs/operations/alerts.yml';
const DASHBOARD = 'docs/operations/dashboard.json';

const rules = z.object({
  groups: z.array(
    z.object({ name: z.string(), rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) }),
  ),
});
const dashboard = z.looseObject({
  panels: z.array(
    z.looseObject({ id: z.number(), title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })) }),
  ),
});

const parley = useParley();

const alertExpressions = async () =>
  rules.parse(parse(await readFile(ALERTS, 'utf8'))).groups.flatMap((group) => group.rules.map(({ expr }) => expr));
const panels = async () => dashboard.parse(JSON.parse(await readFile(DASHBOARD, 'utf8'))).panels;

/** The names of metrics in an expression; what is no metric is a function, a label, or a string. */
const metricsIn = (expression: string) =>
  expression.match(/\b(parley|nodejs|process)_\w+/g)?.map((name) => name.replace(/_bucket$/, '')) ?? [];

/** The metrics that a server has. */
async function served(): Promise<string[]> {
  const text = await (await fetch(new URL('/metrics', parley.url))).text();
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
}

describe.each([
  [ALERTS, alertExpressions, 10],
  [DASHBOARD, async () => (await panels()).flatMap(({ targets }) => targets.map(({ expr }) => expr)), 15],
])('%s', (_, expressions, least) => {
  it('uses metrics that a server has, and no others', async () => {
    const [names, all] = [await served(), await expressions()];
    expect(all.length).toBeGreaterThanOrEqual(least);
    expect(all.filter((each) => metricsIn(each).length === 0)).toEqual(all.filter((each) => each.startsWith('up{')));
    expect(all.flatMap(metricsIn).filter((name) => !names.includes(name))).toEqual([]);
  });
});

it('the panels of the dashboard have ids of their own', async () => {
  const ids = (await panels()).map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

/** Ten minutes of a metric that is always the same, or grows by as much each minute. */
const [always, growing] = [(value: number) => `${value}x30`, (by: number) => `0+${by}x30`];

describe.skipIf(!hasPromtool)('the alerts in Prometheus (only where promtool is installed)', () => {
  async function promtool(file: object): Promise<{ status: number | null; output: string }> {
    const directory = await mkdtemp(path.join(tmpdir(), 'parley-alerts-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const tests = path.join(directory, 'tests.yml');
    await writeFile(tests, stringify({ rule_files: [path.resolve(ALERTS)], evaluation_interval: '1m', ...file }));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', tests], { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  }

  it('are rules', () => {
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it.each([
    ['ParleyDown', { 'up{job="parley",instance="a"}': always(0) }],
    ['ParleyNotReady', { 'parley_http_requests_total{instance="a",path="/readyz",status="503"}': growing(20) }],
    ['ParleyTailLag', { 'parley_tail_lag_seconds{instance="a"}': always(20) }],
    ['ParleyShedding', { 'parley_shed_total{instance="a",reason="queue"}': growing(60) }],
    ['ParleyErrors', { 'parley_errors_total{instance="a",code="INTERNAL_SERVER_ERROR"}': growing(1) }],
    ['ParleyErrors', { 'parley_errors_total{instance="a",code="SERVICE_UNAVAILABLE"}': growing(120) }],
    ['ParleyConnectionsWait', { 'parley_database_connections{instance="a",state="waiting"}': always(3) }],
    ['ParleyEventLoopLate', { 'nodejs_eventloop_lag_p99_seconds{instance="a"}': always(1) }],
    ['ParleyNotifierFails', { 'parley_notifier_failures_total{instance="a",action="publish"}': growing(1) }],
    [
      'ParleyWebhooksFail',
      {
        'parley_webhook_deliveries_total{instance="a",outcome="failed"}': growing(6),
        'parley_webhook_deliveries_total{instance="b",outcome="succeeded"}': growing(4),
      },
    ],
    ['ParleyWebhooksLate', { 'parley_webhook_oldest_seconds{instance="a"}': always(600) }],
    [
      'ParleyCommitsSlow',
      {
        'parley_database_statement_seconds_bucket{instance="a",kind="transaction",le="0.25"}': growing(10),
        'parley_database_statement_seconds_bucket{instance="a",kind="transaction",le="1"}': growing(60),
        'parley_database_statement_seconds_bucket{instance="a",kind="transaction",le="+Inf"}': growing(60),
      },
    ],
    [
      'ParleyJobsFailed',
      {
        'parley_jobs{instance="a",job="parley",exported_job="wake",state="failed"}': always(1),
        'parley_jobs{instance="b",job="parley",exported_job="wake",state="failed"}': always(1),
      },
    ],
    ['ParleyJobsWait', { 'parley_jobs{instance="a",job="wake",state="waiting"}': always(2000) }],
  ])('%s fires once when %o', async (alertname, series) => {
    const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    const firing = { expr: 'count by (alertname) (ALERTS{alertstate="firing"})', eval_time: '30m' };
    const expected = [{ labels: `{alertname="${alertname}"}`, value: 1 }];
    const test = { interval: '1m', input_series: input, promql_expr_test: [{ ...firing, exp_samples: expected }] };
    expect(await promtool({ tests: [test] })).toMatchObject({ status: 0 });
  });

  it('are silent where all is well', async () => {
    const series = {
      'up{job="parley",instance="a"}': always(1),
      'parley_http_requests_total{instance="a",path="/readyz",status="200"}': growing(60),
      'parley_tail_lag_seconds{instance="a"}': always(1),
      'parley_errors_total{instance="a",code="BAD_USER_INPUT"}': growing(600),
      'parley_errors_total{instance="a",code="SERVICE_UNAVAILABLE"}': growing(1),
      'parley_database_connections{instance="a",state="busy"}': always(20),
      'parley_webhook_deliveries_total{instance="a",outcome="failed"}': growing(1),
      'parley_webhook_deliveries_total{instance="a",outcome="succeeded"}': growing(9),
      'parley_webhook_oldest_seconds{instance="a"}': always(1),
      'parley_database_statement_seconds_bucket{instance="a",kind="transaction",le="0.005"}': growing(60),
      'parley_database_statement_seconds_bucket{instance="a",kind="transaction",le="+Inf"}': growing(60),
      'parley_jobs{instance="a",job="wake",state="scheduled"}': always(5000),
    };
    const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    const none = { expr: 'ALERTS', eval_time: '30m', exp_samples: [] };
    expect(
      await promtool({ tests: [{ interval: '1m', input_series: input, promql_expr_test: [none] }] }),
    ).toMatchObject({ status: 0 });
  });
});
