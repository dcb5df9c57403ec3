import { z } from 'zod';

/** A bucket of Amazon S3 or of a compatible store. */
export type S3Bucket = {
  bucket: string;
  /** Precedes every key. It ends with a slash, or is empty. */
  prefix: string;
  /** The URL of a store other than Amazon's. */
  endpoint: string | undefined;
  /** undefined: the AWS SDK takes the region from its environment. */
  region: string | undefined;
  /** Whether URLs name the bucket in the path instead of the host. */
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

/** Parses `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=…`. Stores other than Amazon's need an endpoint. */
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
    // The SDK requires a region for other stores, too, which mostly ignore it.
    region: region ?? (endpoint ? 'us-east-1' : undefined),
    forcePathStyle: forcePathStyle === 'true',
  };
});
