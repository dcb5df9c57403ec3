import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { read } from './markdown.js';

const text = z.union([z.string(), z.number()]).transform(String);
const variables = z.record(z.string(), text);

const composeFile = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      environment: variables.optional(),
      stop_grace_period: z.string().optional(),
    }),
  ),
});

const named = z.looseObject({
  kind: z.string(),
  apiVersion: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
const configMap = z.looseObject({ data: variables });
const deployment = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        containers: z.array(z.looseObject({ env: z.array(z.object({ name: z.string(), value: text })).default([]) })),
      }),
    }),
  }),
});

/** A process as a file of deploy/ runs it. */
export type Process = {
  name: string;
  variables: Record<string, string>;
  /** How long it may take to stop. */
  graceSeconds: number;
};

/** What Compose makes of `${NAME:-default}`; a variable without one is whatever it must be. */
const interpolate = (value: string) => value.replaceAll(/\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}/g, (_, or = 'given') => or);

/** Parses YAML with merges, as Compose does. */
const yaml = (file: string): unknown => parse(read(file), { merge: true });

function composed(): Process[] {
  const { services } = composeFile.parse(yaml('deploy/compose.yaml'));
  return Object.entries(services).flatMap(([name, { image, environment = {}, stop_grace_period: grace = '' }]) =>
    image === 'parley'
      ? [
          {
            name: `${name} of Compose`,
            variables: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, interpolate(value)])),
            graceSeconds: Number(/^(\d+)s$/.exec(grace)?.[1]),
          },
        ]
      : [],
  );
}

export type Manifest = z.infer<typeof named>;

/** The objects in deploy/kubernetes. */
export const manifests: readonly Manifest[] = readdirSync('deploy/kubernetes').flatMap((file) =>
  parseAllDocuments(read(path.join('deploy/kubernetes', file))).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return named.parse(document.toJS());
  }),
);

function deployed(): Process[] {
  const [shared] = manifests.filter(({ kind }) => kind === 'ConfigMap').map((each) => configMap.parse(each).data);
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((each) => {
      const { terminationGracePeriodSeconds: graceSeconds, containers } = deployment.parse(each).spec.template.spec;
      return containers.map(({ env }) => ({
        name: each.metadata.name,
        variables: { ...shared, ...Object.fromEntries(env.map(({ name, value }) => [name, value])) },
        graceSeconds,
      }));
    });
}

export const units: readonly string[] = readdirSync('deploy/systemd').map((file) => path.join('deploy/systemd', file));

function supervised(): Process[] {
  return units.map((file) => ({
    name: file,
    variables: Object.fromEntries(
      [...read(file).matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    ),
    graceSeconds: Number(/^TimeoutStopSec=(\d+)$/m.exec(read(file))?.[1]),
  }));
}

/** Every server and worker that a file of deploy/ runs, with the variables that it sets. */
export const processes: readonly Process[] = [...composed(), ...deployed(), ...supervised()];
