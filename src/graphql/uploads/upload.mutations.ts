import { type CreatedUpload, createUpload, createUploadInput } from '../../domain/uploads/create-upload.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';

mutation('createUpload', {
  description:
    'Creates a key for a file and a signed request by which a client stores it. A message then takes the key in uploadKeys. Uploads that no message uses within 24 hours are removed. ConflictError if the caller has created 1000 such uploads in 24 hours, or 50 as a contact, or if the files of a contact, or those of the workspace, would take more bytes together than the server allows.',
  permission: 'converse',
  repeats: 'NEVER',
  input: createUploadInput,
  payload: builder.objectRef<CreatedUpload>('CreateUploadPayload').implement({
    description: 'The HTTP request that stores the file, with the bytes as its body. It succeeds once.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'The key to pass in uploadKeys. Only one message can use it.' }),
      method: t.exposeString('method', { description: 'The HTTP method: PUT.' }),
      url: t.exposeString('url', { description: 'The signed URL, to be used unchanged.' }),
      headers: t.expose('headers', {
        type: 'JSONObject',
        description: 'HTTP headers by name. The request must have all of them, and needs no API key.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the URL expires: 15 minutes after it was created.',
      }),
      maxBytes: t.exposeInt('maxBytes', {
        description:
          'The largest size allowed, in bytes: sizeBytes if given, otherwise UPLOAD_MAX_BYTES of the server (25 MB by default).',
      }),
    }),
  }),
  resolve: (input, context) => createUpload(context, input),
});
