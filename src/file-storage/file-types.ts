/**
 * The content types that files of an extension may have, the usual one first. Some have others on Windows. Files whose
 * code a browser would run when they are opened, such as HTML, SVG and scripts, are not allowed.
 */
const contentTypes: Record<string, readonly [usual: string, ...others: string[]]> = {
  avif: ['image/avif'],
  bmp: ['image/bmp'],
  gif: ['image/gif'],
  heic: ['image/heic', 'image/heif'],
  jpeg: ['image/jpeg'],
  jpg: ['image/jpeg'],
  png: ['image/png'],
  webp: ['image/webp'],

  aac: ['audio/aac'],
  amr: ['audio/amr'],
  flac: ['audio/flac', 'audio/x-flac'],
  m4a: ['audio/mp4', 'audio/x-m4a'],
  mp3: ['audio/mpeg'],
  ogg: ['audio/ogg', 'video/ogg'],
  opus: ['audio/ogg', 'audio/opus'],
  wav: ['audio/wav', 'audio/x-wav', 'audio/vnd.wave'],
  weba: ['audio/webm'],

  '3gp': ['video/3gpp', 'audio/3gpp'],
  m4v: ['video/mp4', 'video/x-m4v'],
  mov: ['video/quicktime'],
  mp4: ['video/mp4', 'audio/mp4'],
  webm: ['video/webm', 'audio/webm'],

  csv: ['text/csv', 'application/vnd.ms-excel'],
  doc: ['application/msword'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ics: ['text/calendar'],
  json: ['application/json'],
  md: ['text/markdown'],
  odp: ['application/vnd.oasis.opendocument.presentation'],
  ods: ['application/vnd.oasis.opendocument.spreadsheet'],
  odt: ['application/vnd.oasis.opendocument.text'],
  pdf: ['application/pdf'],
  ppt: ['application/vnd.ms-powerpoint'],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  rtf: ['application/rtf', 'text/rtf'],
  txt: ['text/plain'],
  vcf: ['text/vcard', 'text/x-vcard'],
  xls: ['application/vnd.ms-excel'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  zip: ['application/zip', 'application/x-zip-compressed'],
};

export const extensions: readonly string[] = Object.keys(contentTypes);

/** The content types of an extension, the usual one first; empty if the extension is not allowed. */
export function contentTypesOf(extension: string): readonly string[] {
  return Object.hasOwn(contentTypes, extension) ? (contentTypes[extension] ?? []) : [];
}

/** The essence of a content type, as the WHATWG MIME standard calls it: without parameters, in lower case. */
export function essenceOf(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase();
}
