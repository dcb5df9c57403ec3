import {
  createContactExportLink,
  createContactExportLinkInput,
  type ExportLink,
} from '../../domain/contacts/exporting/create-export-link.action.js';
import {
  type ExportedContact,
  exportContact,
  exportContactInput,
} from '../../domain/contacts/exporting/export-contact.action.js';
import { builder } from '../core/builder.js';
import { EXPORT } from '../core/complexity.js';
import { mutation } from '../core/mutation.js';

mutation('exportContact', {
  description:
    'Writes all that is held of a person to a JSON file, such as at their request, and keeps it for 24 hours: the contact with those merged into it, its conversations with their messages, what it wrote in conversations of others, its files by name and key, its prospects, and what the event log, webhook deliveries and the audit log hold of these. Without what the team wrote for itself, unless `includeInternal` is true. createContactExportLink returns a URL of the file. Erasing the contact removes it. Takes a second for some thousand messages. ConflictError if the contact is erased meanwhile, or if the file would exceed 2 GB.',
  permission: 'administer',
  audits: ['contact.exported'],
  complexity: EXPORT,
  input: exportContactInput,
  payload: builder.objectRef<ExportedContact>('ExportContactPayload').implement({
    description: 'The export, and how much it contains.',
    fields: (t) => ({
      exportedContactId: t.exposeID('exportedContactId', {
        description: 'The id of the exported contact: of the survivor if it was merged.',
      }),
      exportKey: t.exposeString('exportKey', {
        description: 'The key of the export, for createContactExportLink. It opens nothing by itself.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When the export expires: 24 hours after it was made. The file is removed within two hours.',
        resolve: ({ expiresAt }) => new Date(expiresAt),
      }),
      sizeBytes: t.exposeInt('sizeBytes', { description: 'The size of the file in bytes, at most 2 GB.' }),
      conversationCount: t.exposeInt('conversationCount', { description: 'The number of conversations.' }),
      messageCount: t.exposeInt('messageCount', {
        description:
          'The number of messages in them, and of messages of the contact in others; with `includeInternal`, also of notes.',
      }),
      fileCount: t.exposeInt('fileCount', {
        description: 'The number of files that are named: of attachments, and of uploads that no message uses yet.',
      }),
      prospectCount: t.exposeInt('prospectCount', { description: 'The number of prospects.' }),
      eventCount: t.exposeInt('eventCount', { description: 'The number of events.' }),
      deliveryCount: t.exposeInt('deliveryCount', { description: 'The number of webhook deliveries.' }),
      aliasCount: t.exposeInt('aliasCount', { description: 'The number of aliases.' }),
    }),
  }),
  resolve: (input, context) => exportContact(context, input),
});

mutation('createContactExportLink', {
  description:
    'Creates a signed URL by which the file of an export can be fetched for an hour, without an API key. The audit log says who created it. NotFoundError if there is no such export in the workspace, it has expired, or its contact was erased.',
  permission: 'administer',
  audits: ['contact.exportLinked'],
  repeats: 'NEVER',
  input: createContactExportLinkInput,
  payload: builder.objectRef<ExportLink>('CreateContactExportLinkPayload').implement({
    description: 'The URL of the file of an export.',
    fields: (t) => ({
      url: t.exposeString('url', {
        description: 'The signed URL, to be used unchanged. Whoever has it can fetch the file.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the URL ends: after an hour, or earlier with the export.',
      }),
    }),
  }),
  resolve: (input, context) => createContactExportLink(context, input),
});
