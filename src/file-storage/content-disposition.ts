const shown = /^(image|audio|video)\//;

/**
 * How a browser takes a file: it shows images, plays audio and video, and saves all else. The name stands twice, for
 * those that know RFC 8187 and for those that do not (RFC 6266).
 */
export function contentDisposition(contentType: string, filename: string | null): string {
  const kind = shown.test(contentType) ? 'inline' : 'attachment';
  if (filename === null) return kind;
  const plain = filename.replaceAll(/[^\w .-]/g, '_');
  const extended = encodeURIComponent(filename).replaceAll(/['()*]/g, (character) => `%${hexOf(character)}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${extended}`;
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase();
}
