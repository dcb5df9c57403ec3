import { z } from 'zod';

/** A bucket of S3, or of a store that speaks like it. */
export type S3Bucket = {
  bucket: string;
  /** Before every key, with a slash at its end; or empty. */
  prefix: string;
  /** Of a store other than Amazon's. */
  endpoint: string | undefined;
  /** Left out: as the environment of the AWS SDK says. */
  region: string | undefined;
  /** Whether the bucket stands in the path instead of the host name. */
  forcePathStyle: boolean;
};

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const PREFIX = /^[\w./-]*$/;

const options = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional(),
  forcePathStyle: z.enum(['true', 'false']).optional(),
});

/** Reads `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=…`. Stores other than Amazon's need an endpoint. */
export const s3Url = z.string().transform((value, context): S3Bucket => {
  const url = URL.canParse(value) ? new URL(value) : null;
  const parsed = options.safeParse(Object.fromEntries(url?.searchParams ?? []));
  const plain = url?.protocol === 's3:' && `${url.username}${url.password}${url.port}${url.hash}` === '';
  const prefix = url?.pathname.replaceAll(/^\/+|\/+$/g, '') ?? '';
  if (!url || !plain || !BUCKET.test(url.hostname) || !PREFIX.test(prefix) || !parsed.success) {
    context.addIssue({ code: 'custom', message: 'Must name an S3 bucket.' });
    return z.NEVER;
  }
  const { endpoint, region, forcePathStyle } = parsed.data;
  return {
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint,
    // Amazon's own regions come from the environment; others need a name all the same.
    region: region ?? (endpoint ? 'us-east-1' : undefined),
    forcePathStyle: forcePathStyle === 'true',
  };
});
