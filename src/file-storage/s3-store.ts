import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { encodeId } from '../lib/ids.js';
import { contentDisposition } from './content-disposition.js';
import type { S3Bucket } from './s3-url.js';
import { type FileAddress, fetchWindow, type UploadStore } from './store.js';

const CONNECT_MS = 3_000;
const REQUEST_MS = 10_000;

/** Keeps files in an S3 bucket, with which clients talk directly. The credentials are found as the AWS SDK does it. */
export function createS3Store({ bucket, prefix, ...options }: S3Bucket): UploadStore {
  const client = new S3Client({
    ...options,
    // What a client will send is not known when the URL is signed, and other stores do not know all of the checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS },
  });
  const placeOf = ({ workspaceId, key }: FileAddress) => ({
    Bucket: bucket,
    Key: `${prefix}${encodeId('Workspace', workspaceId)}/${key}`,
  });
  return {
    // A presigned PUT signs an exact length or none.
    needsSize: true,
    grantPut: async ({ contentType, sizeBytes, now, expiresAt, ...file }) => {
      const command = new PutObjectCommand({
        ...placeOf(file),
        ContentType: contentType,
        IfNoneMatch: '*',
        ...(sizeBytes === null ? {} : { ContentLength: sizeBytes }),
      });
      const url = await getSignedUrl(client, command, {
        signingDate: now,
        expiresIn: Math.floor((expiresAt.getTime() - now.getTime()) / 1000),
        // Otherwise the store would take any type and size.
        signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
      });
      return { url, headers: { 'Content-Type': contentType, 'If-None-Match': '*' } };
    },
    grantGet: async ({ contentType, filename, now, ...file }) => {
      const command = new GetObjectCommand({
        ...placeOf(file),
        ResponseContentType: contentType,
        ResponseContentDisposition: contentDisposition(contentType, filename),
      });
      const { from, seconds } = fetchWindow(now);
      return getSignedUrl(client, command, { signingDate: from, expiresIn: seconds });
    },
    find: async (file) => {
      try {
        const { ContentLength = 0, ContentType = null } = await client.send(new HeadObjectCommand(placeOf(file)));
        return { sizeBytes: ContentLength, contentType: ContentType };
      } catch (error) {
        if (error instanceof NotFound) return null;
        throw error;
      }
    },
    remove: async (file) => {
      await client.send(new DeleteObjectCommand(placeOf(file)));
    },
    // S3 keeps what was sent as a whole, or nothing.
    removeLeftovers: async () => {},
    close: async () => client.destroy(),
  };
}
