import type { Conversation } from '@parley/client';
import { useClient, useThread } from '@parley/client/react';
import { DetailsDocument, type DetailsQuery } from '../generated/operations.js';
import { Avatar } from '../shared/avatar.js';
import { IconButton } from '../shared/icon-button.js';
import { CloseIcon } from '../shared/icons.js';
import { go, WORDS } from '../shared/route.js';
import { Time } from '../shared/time.js';
import { useQuery } from '../shared/use-query.js';
import { Tags } from './tags.js';

const PRIORITIES = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
const PRIORITY_WORDS = { LOW: 'Low', NORMAL: 'Normal', HIGH: 'High', URGENT: 'Urgent' };

/** The customer, and what is known of the conversation besides its messages. */
export function Details({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const { conversation } = useThread(conversationId);
  const version = conversation?.version ?? 0;
  const { data } = useQuery(DetailsDocument, { id: conversationId }, { version, skip: version === 0 });
  const known = data?.conversation ?? null;
  return (
    <aside className="details" aria-label="Details">
      <div className="details-close">
        <IconButton label="Close details" onClick={onClose}>
          <CloseIcon />
        </IconButton>
      </div>
      {conversation && <ContactCard conversation={conversation} known={known?.contact ?? null} />}
      {conversation && <Properties conversation={conversation} />}
      {known && known.prospects.edges.length > 0 && <Prospects prospects={known.prospects} />}
      {known && known.transfers.length > 0 && <Transfers transfers={known.transfers} />}
      {known?.contact && <Others contact={known.contact} ownId={conversationId} />}
    </aside>
  );
}

type Known = NonNullable<DetailsQuery['conversation']>;

function ContactCard({
  conversation: { contact, id },
  known,
}: {
  conversation: Conversation;
  known: Known['contact'];
}) {
  if (!contact) return <p className="quiet details-part">This conversation has no contact.</p>;
  const { email, phone } = contact.__typename === 'Contact' ? contact : { email: null, phone: null };
  return (
    <section className="details-part contact" aria-label="Contact">
      <Avatar id={contact.id ?? id} name={contact.name} size="large" />
      <h2>{contact.name}</h2>
      {known && (
        <p className="quiet">
          Customer since <Time at={known.createdAt} />
        </p>
      )}
      <dl className="facts">
        {email && <Fact name="Email" value={<a href={`mailto:${email}`}>{email}</a>} />}
        {phone && <Fact name="Phone" value={<a href={`tel:${phone}`}>{phone}</a>} />}
        {known?.externalId && <Fact name="Id" value={known.externalId} />}
        {known && known.tags.length > 0 && <Fact name="Tags" value={known.tags.join(', ')} />}
      </dl>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Properties({ conversation }: { conversation: Conversation }) {
  const client = useClient();
  const { id, priority, tags, channel, createdAt } = conversation;
  return (
    <section className="details-part" aria-label="Conversation">
      <h3>Conversation</h3>
      <dl className="facts">
        <div className="fact">
          <dt>
            <label htmlFor="priority">Priority</label>
          </dt>
          <dd>
            <select
              id="priority"
              value={priority}
              onChange={({ target }) => {
                const chosen = PRIORITIES.find((each) => each === target.value);
                if (chosen) client.updateConversation({ conversationId: id, priority: chosen });
              }}
            >
              {PRIORITIES.map((each) => (
                <option key={each} value={each}>
                  {PRIORITY_WORDS[each]}
                </option>
              ))}
            </select>
          </dd>
        </div>
        {channel && <Fact name="Channel" value={channel.name} />}
        <Fact name="Begun" value={<Time at={createdAt} />} />
      </dl>
      <Tags tags={tags} onChange={(next) => client.updateConversation({ conversationId: id, tags: next })} />
    </section>
  );
}

function Prospects({ prospects }: Pick<Known, 'prospects'>) {
  return (
    <section className="details-part" aria-label="Prospects">
      <h3>Prospects</h3>
      <ul className="cards">
        {prospects.edges.map(({ node: { id, name, email, phone, prospectStatus } }) => (
          <li key={id} className="card">
            <span className="card-title">{name ?? email ?? phone ?? 'Unnamed'}</span>
            <span className="mark tag">{prospectStatus.toLowerCase().replaceAll('_', ' ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Transfers({ transfers }: Pick<Known, 'transfers'>) {
  return (
    <section className="details-part" aria-label="Transfers">
      <h3>Transfers</h3>
      <ul className="cards">
        {transfers.map(({ at, from, to, reason, summary }) => (
          <li key={at} className="card tall">
            <span className="card-title">
              {from?.name ?? 'Nobody'} → {to.name}
            </span>
            <Time at={at} className="quiet" />
            {(reason ?? summary) && <p className="quiet">{[reason, summary].filter(Boolean).join('. ')}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Others({ contact, ownId }: { contact: NonNullable<Known['contact']>; ownId: string }) {
  const others = contact.conversations.edges.filter(({ node }) => node.id !== ownId);
  if (others.length === 0) return null;
  return (
    <section className="details-part" aria-label="Other conversations">
      <h3>Other conversations</h3>
      <ul className="cards">
        {others.map(({ node: { id, subject, status, updatedAt } }) => (
          <li key={id}>
            <button type="button" className="card" onClick={() => go({ conversationId: id })}>
              <span className="card-title">{subject ?? 'No subject'}</span>
              <span className="quiet">
                {WORDS[status]} · <Time at={updatedAt} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
