import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

// The package's own entry imports its .wasm file as a module, which Node 20 refuses; so it is instantiated here.
const instantiate = (): void => {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = new WebAssembly.Module(readFileSync(path.replace(/\.js$/, '.wasm')));
  const { exports } = new WebAssembly.Instance(module, { './schema_engine_bg.js': { ...bindings } });
  bindings.__wbg_set_wasm(exports);
  const start = exports.__wbindgen_start;
  if (typeof start !== 'function') throw new Error('@prisma/schema-engine-wasm has no entry point');
  start();
};

/** Prisma's schema engine as WebAssembly: the same SQL as `prisma migrate` writes, without its native binary. Once a process. */
export const startSchemaEngine = (
  factory: SqlMigrationAwareDriverAdapterFactory,
  datamodels: [path: string, content: string][],
): Promise<bindings.SchemaEngine> => {
  instantiate();
  return bindings.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
};
