import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';
import { isSignedFor } from './signature.js';

/** The credentials that s3rver knows. */
const KEY = 'S3RVER';

/**
 * An S3 server with one bucket. s3rver does not compare the signatures of version 4, so that a request by a presigned URL
 * only comes to it where it is what was signed.
 */
export async function startS3(bucket: string) {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-s3-'));
  const options = { address: '127.0.0.1', port: 0, silent: true, directory };
  const s3 = new S3rver({ ...options, configureBuckets: [{ name: bucket }] });
  const { port } = await s3.run();
  const front = createServer((incoming, response) => {
    if (incoming.url?.includes('X-Amz-Signature') && !isSignedFor(incoming, KEY)) {
      incoming.resume();
      return void response.writeHead(403).end('SignatureDoesNotMatch');
    }
    const { method, url: target, headers } = incoming;
    const passedOn = request({ host: '127.0.0.1', port, method, path: target, headers, agent: false });
    passedOn.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passedOn.once('error', () => response.destroy());
    incoming.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  const frontPort = typeof address === 'object' ? address?.port : undefined;
  return {
    uploads: `s3://${bucket}/chat?endpoint=http://127.0.0.1:${frontPort}&forcePathStyle=true`,
    directory,
    environment: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: KEY },
    stop: async () => {
      front.closeAllConnections();
      await once(front.close(), 'close');
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
