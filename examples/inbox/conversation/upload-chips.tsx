import { CloseIcon, FileIcon } from '../shared/icons.js';
import { sizeOf } from './attachments.js';
import type { Upload } from './use-uploads.js';

type UploadChipsProps = {
  uploads: readonly Upload[];
  onRemove: (id: number) => void;
  onRetry: (id: number) => void;
};

/** The files of a message that is not sent yet. */
export function UploadChips({ uploads, onRemove, onRetry }: UploadChipsProps) {
  if (uploads.length === 0) return null;
  return (
    <ul className="chips" aria-label="Files of this message">
      {uploads.map(({ id, file, state }) => (
        <li key={id} className={`chip ${state.kind.toLowerCase()}`}>
          <FileIcon />
          <span className="file-name">{file.name}</span>
          <span className="file-size" role="status">
            {state.kind === 'FAILED' ? state.reason : state.kind === 'STORED' ? sizeOf(file.size) : 'Uploading…'}
          </span>
          {state.kind === 'FAILED' && (
            <button type="button" className="link" onClick={() => onRetry(id)}>
              Try again
            </button>
          )}
          <button type="button" className="clear" aria-label={`Remove ${file.name}`} onClick={() => onRemove(id)}>
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
