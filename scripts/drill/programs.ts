import { spawnSync } from 'node:child_process';

/** Why a program cannot be used; undefined if it can. */
export function whyMissing(program: string, versionFlag: string): string | undefined {
  return versionOf(program, versionFlag) === undefined ? `${program} is not installed` : undefined;
}

/** The version that a program says it has, such as 15.10; undefined if it is not installed. */
export function versionOf(program: string, flag: string): string | undefined {
  const { error, stdout } = spawnSync(program, [flag], { encoding: 'utf8' });
  return error ? undefined : /\d+(\.\d+)+/.exec(stdout)?.[0];
}
