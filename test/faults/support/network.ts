import { connect as connectTcp, createServer, type Socket } from 'node:net';

export type Network = {
  /** The same URL, over this network. */
  url: string;
  /** Breaks the connections that there are. */
  cut: () => void;
  /** Existing connections stop carrying data without being closed; new ones work. */
  silence: () => void;
  /** Where new connections lead from now on, as after a failover. */
  redirect: (targetUrl: string) => void;
  close: () => void;
};

type Link = { near: Socket; far: Socket };

/**
 * A network between a server and what it depends on, whose faults concern only connections that begin with what
 * `concerned` accepts; the others are never disturbed.
 */
export async function openNetwork(targetUrl: string, concerned: (beginning: Buffer) => boolean): Promise<Network> {
  let target = new URL(targetUrl);
  const all = new Set<Link>();
  const faulty = new Set<Link>();

  const server = createServer((near) => {
    const far = connectTcp({ host: target.hostname, port: Number(target.port) });
    const link = { near, far };
    all.add(link);
    const end = () => {
      near.destroy();
      far.destroy();
      all.delete(link);
      faulty.delete(link);
    };
    for (const side of [near, far]) side.on('error', end).on('close', end);
    near.once('data', (beginning) => {
      if (Buffer.isBuffer(beginning) && concerned(beginning)) faulty.add(link);
      far.write(beginning);
      near.pipe(far);
      far.pipe(near);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The network has no port.');

  return {
    url: Object.assign(new URL(targetUrl), { hostname: '127.0.0.1', port: String(address.port) }).href,
    cut: () => {
      for (const { near } of [...faulty]) near.destroy();
    },
    silence: () => {
      for (const { near, far } of faulty) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    redirect: (url) => {
      target = new URL(url);
    },
    close: () => {
      server.close();
      for (const { near } of [...all]) near.destroy();
    },
  };
}
