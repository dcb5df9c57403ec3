import { expect, it } from 'vitest';
import { type Stop, stoppable } from '../../src/lib/stoppable.js';

/** Notes which parts were stopped, and breaks at some. */
function parts(...broken: string[]) {
  const stopped: string[] = [];
  const stopOf =
    (name: string): Stop =>
    async () => {
      stopped.push(name);
      if (broken.includes(name)) throw new Error(`${name} does not stop.`);
    };
  return { stopped, stopOf };
}

it('started parts are stopped once, in reverse order', async () => {
  const { stopped, stopOf } = parts();
  const started = await stoppable(async (stops) => {
    stops.push(stopOf('database'), stopOf('server'));
    return { url: 'http://localhost' };
  });
  expect(started.url).toBe('http://localhost');
  await started.stop();
  await started.stop();
  expect(stopped).toEqual(['server', 'database']);
});

it('a part that fails to stop does not keep others from stopping, and is reported', async () => {
  const { stopped, stopOf } = parts('server');
  const { stop } = await stoppable(async (stops) => {
    stops.push(stopOf('database'), stopOf('server'));
    return {};
  });
  await expect(stop()).rejects.toThrow('server does not stop.');
  expect(stopped).toEqual(['server', 'database']);
});

it('parts started before a failed one are stopped, and the failure is reported', async () => {
  const { stopped, stopOf } = parts('database');
  const starting = stoppable(async (stops) => {
    stops.push(stopOf('database'));
    throw new Error('The port is taken.');
  });
  await expect(starting).rejects.toThrow('The port is taken.');
  expect(stopped).toEqual(['database']);
});
