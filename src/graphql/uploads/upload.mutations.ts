import { type CreatedUpload, createUpload } from '../../domain/uploads/create-upload.action.js';
import { extensions } from '../../file-storage/file-types.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';

const CreateUploadInput = builder.inputType('CreateUploadInput', {
  description: 'A file that is to be stored.',
  fields: (t) => ({
    extension: t.string({ required: true, description: `One of ${extensions.join(', ')}.` }),
    contentType: t.string({ description: 'One that files of the extension have. Left out: the usual one.' }),
    sizeBytes: t.int({
      description:
        'How large it is: then it must be stored with exactly so many bytes. Left out: up to maxBytes; required where files are kept in an S3 bucket.',
    }),
    filename: t.string({
      description: 'What it is called when it is saved, at most 255 characters, ending with the extension.',
    }),
  }),
});

addMutation('createUpload', {
  description:
    'Makes a key for a file and a signed request by which a client stores it (UltraCart). A message then takes the key in uploadKeys. What no message uses within 24 hours is removed; who has made 1000 such uploads in 24 hours, or as a contact 50, gets a ConflictError.',
  permission: 'converse',
  input: CreateUploadInput,
  payload: builder.objectRef<CreatedUpload>('CreateUploadPayload').implement({
    description: 'How to store the file: one HTTP request with the bytes as its body, which succeeds once.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'What uploadKeys take. One message can use it.' }),
      method: t.exposeString('method', { description: 'The HTTP method: PUT.' }),
      url: t.exposeString('url', { description: 'Where to send it; signed, so take it as it is.' }),
      headers: t.expose('headers', {
        type: 'JSONObject',
        description: 'HTTP headers by name, all of which the request must have; without an API key.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be stored: 15 minutes.' }),
      maxBytes: t.exposeInt('maxBytes', {
        description: 'How large it may be, in bytes: sizeBytes, or else UPLOAD_MAX_BYTES (25 MB).',
      }),
    }),
  }),
  resolve: (input, context) => createUpload(context, input),
});
