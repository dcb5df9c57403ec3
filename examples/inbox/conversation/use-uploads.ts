import type { Client } from '@parley/client';
import { useClient } from '@parley/client/react';
import { useCallback, useRef, useState } from 'react';
import { PrepareUploadDocument } from '../generated/operations.js';

export type Upload = {
  id: number;
  file: File;
  state: { kind: 'UPLOADING' } | { kind: 'STORED'; key: string } | { kind: 'FAILED'; reason: string };
};

const MOST = 10;

/** Stores a file; answers with the key by which a message attaches it. */
async function store(client: Client, file: File): Promise<string> {
  const extension = file.name.split('.').at(-1)?.toLowerCase() ?? '';
  const input = { extension, filename: file.name, sizeBytes: file.size };
  const { createUpload: answer } = await client.request(PrepareUploadDocument, { input });
  if (answer.__typename !== 'CreateUploadPayload') throw new Error(answer.message);
  const { method, url, key } = answer;
  const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const response = await fetch(url, { method, headers, body: file });
  if (!response.ok) throw new Error(`The store answered with the status ${response.status}.`);
  return key;
}

/** The files of a message that is being written. They are stored at once, so that it can be sent at once. */
export function useUploads() {
  const client = useClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const lastId = useRef(0);

  const run = useCallback(
    ({ id, file }: Pick<Upload, 'id' | 'file'>) => {
      const show = (state: Upload['state']) =>
        setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, state } : upload)));
      show({ kind: 'UPLOADING' });
      store(client, file).then(
        (key) => show({ kind: 'STORED', key }),
        (reason) => show({ kind: 'FAILED', reason: reason instanceof Error ? reason.message : String(reason) }),
      );
    },
    [client],
  );

  const add = useCallback(
    (files: File[]) => {
      const added = files.map((file): Upload => {
        lastId.current += 1;
        return { id: lastId.current, file, state: { kind: 'UPLOADING' } };
      });
      setUploads((all) => [...all, ...added].slice(0, MOST));
      for (const upload of added) run(upload);
    },
    [run],
  );
  const remove = useCallback((id: number) => setUploads((all) => all.filter((upload) => upload.id !== id)), []);
  const clear = useCallback(() => setUploads([]), []);
  const retry = (id: number) => {
    const upload = uploads.find((each) => each.id === id);
    if (upload) run(upload);
  };
  return { uploads, add, remove, retry, clear };
}
