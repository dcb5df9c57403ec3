import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.js';
import { environment } from '../../src/environment.js';
import { copiedBy } from '../e2e/support/dockerfile.js';
import { nginxConfiguration, replace } from '../e2e/support/proxies.js';
import { manifests, processes, units } from './support/deployment.js';
import { read } from './support/markdown.js';

const isInstalled = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** Runs a program to its end; what it says belongs to its failure. */
function run(command: string[], env: NodeJS.ProcessEnv = {}): { status: number | null; output: string } {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, output: `${stdout}${stderr}` };
}

/** A file with this text for the test, in a directory of its own. */
function fileWith(name: string, text: (directory: string) => string): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'parley-deployment-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(path.join(directory, name), text(directory));
  return path.join(directory, name);
}

describe('every server and worker that deploy/ runs', () => {
  it('is found by these tests', () => {
    expect(processes.length).toBe(7);
  });

  it('gets only variables that there are, with values that they take', () => {
    const unknown = processes.flatMap(({ name, variables }) =>
      Object.keys(variables).flatMap((each) => (Object.hasOwn(environment.shape, each) ? [] : [`${each} of ${name}`])),
    );
    expect(unknown).toEqual([]);
    for (const { variables } of processes) {
      const secrets = { DATABASE_URL: 'postgresql://parley@localhost/parley' };
      expect(loadConfig({ ...secrets, ...variables, SECRETS_KEY: '', METRICS_TOKEN: '' })).toMatchObject({
        demo: false,
      });
    }
  });

  it('may take as long to stop as DRAIN_SECONDS and SHUTDOWN_SECONDS, and some seconds more', () => {
    for (const { variables, graceSeconds } of processes) {
      const production = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://parley@localhost/parley' };
      const { drainSeconds, shutdownSeconds } = loadConfig({
        ...production,
        ...variables,
        SECRETS_KEY: '',
        METRICS_TOKEN: '',
      });
      expect(graceSeconds).toBeGreaterThanOrEqual(drainSeconds + shutdownSeconds + 2);
    }
  });

  it('leaves background work to the workers', () => {
    const working = processes.filter(({ variables }) => variables.WORKER !== 'off').map(({ name }) => name);
    expect(working.every((name) => name.includes('worker'))).toBe(true);
    expect(working.length).toBe(3);
  });
});

describe('deploy/Dockerfile', () => {
  it('has nothing that its linter would change', () => {
    expect(validate(read('deploy/Dockerfile'))).toEqual([]);
  });

  it('copies only what the file beside it lets through', () => {
    const copied = copiedBy(read('deploy/Dockerfile')).flatMap(({ stage, sources }) => (stage ? [] : sources));
    const passes = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((each) => !passes.some((line) => each.startsWith(line.slice(1))))).toEqual([]);
  });
});

describe('deploy/kubernetes', () => {
  it('has only objects that Kubernetes takes', () => {
    const models = { ConfigMap, Deployment, PodDisruptionBudget, Service };
    const kinds = manifests.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['ConfigMap', 'Deployment', 'Deployment', 'PodDisruptionBudget', 'Service']);
    for (const manifest of manifests) {
      const [, Model] = Object.entries(models).find(([kind]) => kind === manifest.kind) ?? [];
      if (!Model) throw new Error(`There is no model of ${manifest.kind}.`);
      expect(new Model(manifest).toJSON().apiVersion).toBe(manifest.apiVersion);
      new Model(manifest).validate();
    }
  });
});

describe.skipIf(!isInstalled('systemd-analyze'))('deploy/systemd (only where systemd is installed)', () => {
  it.each(units)('%s is a unit', (unit) => {
    const file = fileWith(path.basename(unit), () => replace(read(unit), /\/usr\/bin\/node/, process.execPath));
    const { output } = run(['systemd-analyze', 'verify', '--man=no', file]);
    expect(output.split('\n').filter((line) => line.includes('parley'))).toEqual([]);
  });
});

describe.skipIf(!isInstalled('docker-compose'))('deploy/compose.yaml (only where docker-compose is installed)', () => {
  it('is a file for Compose', () => {
    // Debian's version does not know names of projects.
    const file = fileWith('compose.yaml', () => replace(read('deploy/compose.yaml'), /^name: .*$/, ''));
    const check = ['docker-compose', '--file', file, 'config', '--quiet'];
    expect(run(check, { POSTGRES_PASSWORD: 'secret' })).toEqual({ status: 0, output: '' });
    expect(run(check).output).toContain('POSTGRES_PASSWORD');
  });
});

describe.skipIf(!isInstalled('haproxy'))('deploy/haproxy.cfg (only where HAProxy is installed)', () => {
  it('is a configuration', () => {
    expect(run(['haproxy', '-c', '-f', 'deploy/haproxy.cfg'])).toMatchObject({ status: 0 });
  });

  it('notices that a server is not ready before that stops serving', () => {
    const [, seconds = '', failures = ''] = /check inter (\d+)s fall (\d+)/.exec(read('deploy/haproxy.cfg')) ?? [];
    const { drainSeconds } = loadConfig({ NODE_ENV: 'production', DATABASE_URL: 'postgresql://localhost/parley' });
    // The failures, and the time until the first check.
    expect(Number(seconds) * (Number(failures) + 1)).toBeLessThan(drainSeconds);
  });
});

describe.skipIf(!isInstalled('nginx'))('deploy/nginx.conf (only where nginx is installed)', () => {
  it('is a site, with TLS', () => {
    const file = fileWith('nginx.conf', (directory) => {
      const keys = path.resolve('test/webhook-delivery/support/localhost');
      const site = replace(read('deploy/nginx.conf'), /ssl_certificate .*;/, `ssl_certificate ${keys}.crt;`);
      return nginxConfiguration(
        directory,
        replace(site, /ssl_certificate_key .*;/, `ssl_certificate_key ${keys}.key;`),
      );
    });
    expect(run(['nginx', '-t', '-q', '-p', path.dirname(file), '-c', file])).toEqual({ status: 0, output: '' });
  });
});
