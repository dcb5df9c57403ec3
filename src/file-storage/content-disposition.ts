const displayed = /^(image|audio|video)\//;

/**
 * The Content-Disposition of a file (RFC 6266): browsers display images, audio and video, and save everything else. The
 * name is given twice, for clients that support the encoding of RFC 8187 and for those that do not.
 */
export function contentDisposition(contentType: string, filename: string | null): string {
  const kind = displayed.test(contentType) ? 'inline' : 'attachment';
  if (filename === null) return kind;
  const plain = filename.replaceAll(/[^\w .-]/g, '_');
  const extended = encodeURIComponent(filename).replaceAll(/['()*]/g, (character) => `%${hexOf(character)}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${extended}`;
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase();
}
