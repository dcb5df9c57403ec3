import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 takes parts of 5 MB and more, apart from the last one. */
const PART_BYTES = 8 * 1024 * 1024;

type Target = { Bucket: string; Key: string; ContentType: string };

/**
 * Stores bytes of unknown number under a key, with one part of them in memory. They are there as a whole or not at all:
 * if one of them cannot be read or stored, what was sent before is given up.
 */
export async function putStream(client: S3Client, target: Target, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const { ContentType, ...object } = target;
  let uploadId: string | undefined;
  const finished: CompletedPart[] = [];
  try {
    for await (const { part, last } of partsOf(bytes)) {
      if (last && uploadId === undefined) {
        await client.send(new PutObjectCommand({ ...target, Body: part }));
        return;
      }
      uploadId ??= (await client.send(new CreateMultipartUploadCommand(target))).UploadId;
      const PartNumber = finished.length + 1;
      const sent = await client.send(new UploadPartCommand({ ...object, UploadId: uploadId, PartNumber, Body: part }));
      finished.push({ PartNumber, ETag: sent.ETag });
    }
    const MultipartUpload = { Parts: finished };
    await client.send(new CompleteMultipartUploadCommand({ ...object, UploadId: uploadId, MultipartUpload }));
  } catch (error) {
    // Best effort: a rule of the bucket can remove what is left of parts.
    if (uploadId !== undefined)
      await client.send(new AbortMultipartUploadCommand({ ...object, UploadId: uploadId })).catch(() => undefined);
    throw error;
  }
}

/** The bytes in parts of equal size, and the last one, which may be smaller or empty. */
async function* partsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<{ part: Buffer; last: boolean }> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    size += chunk.length;
    while (size > PART_BYTES) {
      const all = Buffer.concat(waiting);
      yield { part: all.subarray(0, PART_BYTES), last: false };
      waiting = [all.subarray(PART_BYTES)];
      size -= PART_BYTES;
    }
  }
  yield { part: Buffer.concat(waiting), last: true };
}
