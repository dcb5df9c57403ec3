import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { contentDisposition } from './content-disposition.js';
import { fileName } from './file-key.js';
import { putStream } from './s3-multipart.js';
import type { S3Bucket } from './s3-url.js';
import { type FileRef, fetchWindow, type UploadStore } from './store.js';

const CONNECT_MS = 3_000;
const REQUEST_MS = 10_000;

const secondsBetween = (from: Date, until: Date) => Math.floor((until.getTime() - from.getTime()) / 1000);

/** Stores files in an S3 bucket, which clients access directly. The AWS SDK finds the credentials in its usual places. */
export function createS3Store({ bucket, prefix, ...options }: S3Bucket): UploadStore {
  const client = new S3Client({
    ...options,
    // A URL is signed before the bytes are known, and stores other than Amazon's do not support all checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS },
  });
  const objectOf = (file: FileRef) => ({
    Bucket: bucket,
    Key: prefix + fileName(file),
  });
  return {
    // A presigned PUT can sign an exact length, but not a maximum.
    requiresSize: true,
    presignPut: async ({ contentType, sizeBytes, now, expiresAt, ...file }) => {
      const command = new PutObjectCommand({
        ...objectOf(file),
        ContentType: contentType,
        IfNoneMatch: '*',
        ...(sizeBytes === null ? {} : { ContentLength: sizeBytes }),
      });
      const url = await getSignedUrl(client, command, {
        signingDate: now,
        expiresIn: secondsBetween(now, expiresAt),
        // Without these signed headers the store would accept any type and size.
        signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
      });
      return { url, headers: { 'Content-Type': contentType, 'If-None-Match': '*' } };
    },
    presignGet: async ({ contentType, filename, now, expiresAt, ...file }) => {
      const command = new GetObjectCommand({
        ...objectOf(file),
        ResponseContentType: contentType,
        ResponseContentDisposition: contentDisposition(contentType, filename),
      });
      const { from, seconds } = expiresAt ? { from: now, seconds: secondsBetween(now, expiresAt) } : fetchWindow(now);
      return getSignedUrl(client, command, { signingDate: from, expiresIn: seconds });
    },
    find: async (file) => {
      try {
        const { ContentLength = 0, ContentType = null } = await client.send(new HeadObjectCommand(objectOf(file)));
        return { sizeBytes: ContentLength, contentType: ContentType };
      } catch (error) {
        if (error instanceof NotFound) return null;
        throw error;
      }
    },
    read: async (file) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(objectOf(file)));
        return Body instanceof Readable ? Body : null;
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    write: async ({ contentType, ...file }, bytes) => {
      const target = { ...objectOf(file), ContentType: contentType };
      if (Symbol.asyncIterator in bytes) return putStream(client, target, bytes);
      await client.send(new PutObjectCommand({ ...target, Body: bytes }));
    },
    remove: async (file) => {
      await client.send(new DeleteObjectCommand(objectOf(file)));
    },
    // S3 stores a file completely or not at all.
    removePartialFiles: async () => {},
    close: async () => client.destroy(),
  };
}
