import { memo } from 'react';
import { Avatar } from '../shared/avatar.js';
import { ClockIcon, SnoozeIcon } from '../shared/icons.js';
import { Time } from '../shared/time.js';

/** What a row shows, of a list or of what a search found. */
export type RowData = {
  id: string;
  subject: string | null;
  status: string;
  priority: string;
  unreadCount: number;
  createdAt: string;
  lastMessageAt: string | null;
  lastMessage?: { direction: string; text: string | null } | null;
  contact: { id: string; name: string } | null;
  assignee: { id: string; name: string } | null;
  snoozedUntil?: string | null;
  tags?: readonly string[];
  isPending?: boolean;
};

type RowProps = {
  row: RowData;
  isSelected: boolean;
  /** Whether Tab leads to it: to one row of a list only. */
  isReachable: boolean;
  onOpen: (id: string) => void;
  onFocus: (id: string) => void;
};

function previewOf({ lastMessage }: RowData): string {
  if (!lastMessage) return 'No messages yet';
  const text = lastMessage.text?.trim() || 'Attachment';
  return lastMessage.direction === 'OUTBOUND' ? `↩ ${text}` : text;
}

export const Row = memo(function Row({ row, isSelected, isReachable, onOpen, onFocus }: RowProps) {
  const { id, subject, contact, assignee, unreadCount, priority } = row;
  const name = contact?.name ?? 'No contact';
  const isUrgent = priority === 'URGENT' || priority === 'HIGH';
  return (
    <li>
      <button
        type="button"
        className="row"
        data-id={id}
        data-unread={unreadCount > 0 || undefined}
        tabIndex={isReachable ? 0 : -1}
        aria-current={isSelected ? 'true' : undefined}
        onClick={() => onOpen(id)}
        onFocus={() => onFocus(id)}
      >
        <Avatar id={contact?.id ?? id} name={name} />
        <span className="row-text">
          <span className="row-top">
            <span className="row-name">{name}</span>
            {row.isPending && (
              <span className="row-pending" title="Waits to be sent">
                <ClockIcon />
                <span className="hidden">waits to be sent, </span>
              </span>
            )}
            <Time at={row.lastMessageAt ?? row.createdAt} className="row-time" />
          </span>
          {subject && <span className="row-subject">{subject}</span>}
          <span className="row-bottom">
            <span className="row-preview">{previewOf(row)}</span>
            {unreadCount > 0 && (
              <span className="unread">
                {unreadCount > 99 ? '99+' : unreadCount}
                <span className="hidden"> unread</span>
              </span>
            )}
          </span>
          <span className="row-marks">
            {isUrgent && <span className={`mark ${priority.toLowerCase()}`}>{priority.toLowerCase()}</span>}
            {row.snoozedUntil && (
              <span className="mark">
                <SnoozeIcon /> <Time at={row.snoozedUntil} />
              </span>
            )}
            {row.tags?.slice(0, 2).map((tag) => (
              <span key={tag} className="mark tag">
                {tag}
              </span>
            ))}
            {assignee && (
              <span className="row-assignee">
                <Avatar id={assignee.id} name={assignee.name} size="small" />
                {assignee.name}
              </span>
            )}
          </span>
        </span>
      </button>
    </li>
  );
});
