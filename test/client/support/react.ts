import { Window } from 'happy-dom';
import type { ReactNode } from 'react';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** What React DOM takes from a browser. */
const NAMES = ['window', 'document', 'navigator'] as const;

export type Root = { show: (node: ReactNode) => void; text: () => string; unmount: () => void };

/** Has React render into a document of its own; returns a function that makes a root there. */
export function useReact(): () => Root {
  const window = new Window();
  const before = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  let createRoot: typeof import('react-dom/client').createRoot;

  beforeAll(async () => {
    // The tests of a worker share its globals, so these are there for this file only.
    for (const name of NAMES) {
      const value = name === 'window' ? window : window[name];
      Object.defineProperty(globalThis, name, { value, configurable: true });
    }
    ({ createRoot } = await import('react-dom/client'));
  });
  afterAll(async () => {
    for (const [name, descriptor] of before) {
      Reflect.deleteProperty(globalThis, name);
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    }
    await window.happyDOM.close();
  });

  return () => {
    const element = document.createElement('div');
    const root = createRoot(element);
    onTestFinished(() => root.unmount());
    return { show: (node) => root.render(node), text: () => element.textContent ?? '', unmount: () => root.unmount() };
  };
}
