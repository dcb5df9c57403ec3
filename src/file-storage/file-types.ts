/**
 * The content types that files of an extension may have, the usual one first. The others are what programs and operating
 * systems call them as well, many of them aliases in freedesktop.org's shared-mime-info. Files whose code a browser would
 * run when they are opened, such as HTML, SVG and scripts, are not allowed.
 */
const contentTypes: Record<string, readonly [usual: string, ...others: string[]]> = {
  avif: ['image/avif'],
  bmp: ['image/bmp', 'image/x-bmp', 'image/x-ms-bmp'],
  gif: ['image/gif'],
  heic: ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  jpeg: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  jpg: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  png: ['image/png', 'image/x-png'],
  webp: ['image/webp'],

  aac: ['audio/aac', 'audio/x-aac', 'audio/aacp'],
  amr: ['audio/amr', 'audio/amr-wb', 'audio/x-amr'],
  flac: ['audio/flac', 'audio/x-flac'],
  m4a: ['audio/mp4', 'audio/x-m4a', 'audio/m4a', 'audio/aac'],
  mp3: ['audio/mpeg', 'audio/mp3', 'audio/x-mp3', 'audio/x-mpeg', 'audio/mpg'],
  ogg: ['audio/ogg', 'video/ogg', 'audio/opus', 'audio/vorbis', 'application/ogg'],
  opus: ['audio/ogg', 'audio/opus', 'application/ogg'],
  wav: ['audio/wav', 'audio/x-wav', 'audio/vnd.wave', 'audio/wave', 'audio/x-pn-wav'],
  weba: ['audio/webm'],

  '3gp': ['video/3gpp', 'audio/3gpp', 'video/3gp'],
  m4v: ['video/mp4', 'video/x-m4v'],
  mov: ['video/quicktime', 'video/x-quicktime'],
  mp4: ['video/mp4', 'audio/mp4', 'application/mp4'],
  webm: ['video/webm', 'audio/webm'],

  csv: [
    'text/csv',
    'application/vnd.ms-excel',
    'application/csv',
    'text/x-csv',
    'text/comma-separated-values',
    'text/plain',
  ],
  doc: ['application/msword', 'application/vnd.ms-word', 'application/x-msword'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ics: ['text/calendar', 'application/ics', 'text/plain'],
  json: ['application/json', 'text/json', 'application/x-json', 'text/plain'],
  md: ['text/markdown', 'text/x-markdown', 'text/plain'],
  odp: ['application/vnd.oasis.opendocument.presentation'],
  ods: ['application/vnd.oasis.opendocument.spreadsheet'],
  odt: ['application/vnd.oasis.opendocument.text'],
  pdf: ['application/pdf', 'application/x-pdf'],
  ppt: [
    'application/vnd.ms-powerpoint',
    'application/mspowerpoint',
    'application/powerpoint',
    'application/x-mspowerpoint',
  ],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  rtf: ['application/rtf', 'text/rtf', 'application/x-rtf', 'text/richtext'],
  txt: ['text/plain'],
  vcf: ['text/vcard', 'text/x-vcard', 'text/directory', 'text/plain'],
  xls: ['application/vnd.ms-excel', 'application/msexcel', 'application/x-msexcel', 'application/excel'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  zip: ['application/zip', 'application/x-zip-compressed', 'application/x-zip'],
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
