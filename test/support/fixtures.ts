import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startParley, type TestServer, type TestWorkspace } from './parley.js';

let shared: Promise<TestServer> | undefined;

/**
 * A server for the tests of this file, or of this `describe`; its parts are there in hooks and tests. With options, even
 * empty ones, it is one of their own and stops after them. Without, all files of a test worker share one, which keeps
 * what it has compiled and its connections, and ends with the worker.
 */
export function useParley(options?: Parameters<typeof startParley>[0]): Omit<TestServer, 'stop'> {
  let server: TestServer | undefined;
  beforeAll(async () => {
    if (!options) shared ??= startParley();
    server = await (options ? startParley(options) : shared);
  });
  if (options) afterAll(() => server?.stop());
  const started = () => there(server);
  return {
    get url() {
      return started().url;
    },
    get database() {
      return started().database;
    },
    get live() {
      return started().live;
    },
    newWorkspace: (name) => started().newWorkspace(name),
    connect: (workspace) => started().connect(workspace),
  };
}

/** One workspace for all tests of this file, or of this `describe`. */
export function useWorkspace(parley: Pick<TestServer, 'newWorkspace'>, name?: string): TestWorkspace {
  return workspaceMadeIn(beforeAll, () => parley.newWorkspace(name));
}

/** A new workspace for each test. */
export function useFreshWorkspace(parley: Pick<TestServer, 'newWorkspace'>, name?: string): TestWorkspace {
  return workspaceMadeIn(beforeEach, () => parley.newWorkspace(name));
}

type Hook = (prepare: () => Promise<void>) => void;

function workspaceMadeIn(hook: Hook, make: () => Promise<TestWorkspace>): TestWorkspace {
  let workspace: TestWorkspace | undefined;
  hook(async () => {
    workspace = await make();
  });
  const made = () => there(workspace);
  return {
    get id() {
      return made().id;
    },
    get apiKey() {
      return made().apiKey;
    },
    post: (...sent) => made().post(...sent),
    run: (...sent) => made().run(...sent),
  };
}

function there<Thing>(thing: Thing | undefined): Thing {
  if (!thing) throw new Error('What a fixture makes is there in hooks and tests only.');
  return thing;
}
