import type { Message } from '@parley/client';
import { FilesDocument } from '../generated/operations.js';
import { FileIcon } from '../shared/icons.js';
import { useQuery } from '../shared/use-query.js';

type Attachment = NonNullable<Message['sent']>['attachments'][number];

const UNITS = ['B', 'KB', 'MB', 'GB'];

export function sizeOf(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** Pictures as they are, everything else to be saved. Links are asked for when they are shown, as they end soon. */
export function Attachments({ messageId, attachments }: { messageId: string; attachments: readonly Attachment[] }) {
  const { data } = useQuery(FilesDocument, { messageId });
  const urls = new Map(data?.message?.attachments.map(({ id, url }) => [id, url]));
  return (
    <ul className="attachments">
      {attachments.map((attachment) => (
        <li key={attachment.id}>
          <File attachment={attachment} url={urls.get(attachment.id)} />
        </li>
      ))}
    </ul>
  );
}

function File({ attachment, url }: { attachment: Attachment; url: string | undefined }) {
  const { contentType, sizeBytes } = attachment;
  const name = attachment.filename ?? 'File';
  if (contentType.startsWith('image/')) {
    return url ? (
      <a href={url} target="_blank" rel="noreferrer">
        <img className="picture" src={url} alt={name} loading="lazy" />
      </a>
    ) : (
      <span className="picture bar" />
    );
  }
  return (
    <a className="file" href={url} target="_blank" rel="noreferrer" aria-disabled={!url}>
      <FileIcon />
      <span className="file-name">{name}</span>
      {sizeBytes !== null && <span className="file-size">{sizeOf(sizeBytes)}</span>}
    </a>
  );
}
