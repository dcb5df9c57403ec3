/** Tags that end a line, at their beginning or at their end. */
const before: ReadonlySet<string> = new Set(['li']);
const after: ReadonlySet<string> = new Set(
  'br /p /div /h1 /h2 /h3 /h4 /h5 /h6 /tr /blockquote /pre /ul /ol'.split(' '),
);

/**
 * What HTML says: its text, with its paragraphs as lines and its links written out, and the URLs of its images. Takes time
 * in proportion to its length, whatever somebody has sent.
 */
export function readHtml(html: string): { text: string; images: string[] } {
  const images: string[] = [];
  let text = '';
  let link: { target: string; from: number } | null = null;
  let silent: string | null = null;
  // Every second one is a tag.
  for (const [index, token] of html.split(/(<[^<>]*>)/).entries()) {
    const name = /^<(\/?[a-z][a-z0-9]*)/i.exec(token)?.[1]?.toLowerCase() ?? '';
    if (index % 2 === 0 || (name === '' && !token.startsWith('<!'))) {
      if (silent === null) text += decoded(token.replace(/\s+/g, ' '));
      continue;
    }
    if (silent !== null) {
      if (name === `/${silent}`) silent = null;
    } else if (name === 'script' || name === 'style') silent = name;
    else if (name === 'img') images.push(...attributeOf(token, 'src'));
    else if (name === 'a') link = { target: attributeOf(token, 'href')[0] ?? '', from: text.length };
    else if (name === '/a' && link) {
      const isTold = !/^https?:/i.test(link.target) || text.slice(link.from).includes(link.target);
      if (!isTold) text += ` (${link.target})`;
      link = null;
    } else if (before.has(name)) text += '\n- ';
    else if (after.has(name)) text += '\n';
  }
  const lines = text.split('\n').map((line) => line.trim());
  return {
    text: lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    images,
  };
}

/** The value of an attribute of a tag; none if it has none. */
function attributeOf(tag: string, name: string): string[] {
  const match = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  const value = decoded(match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
  return value === '' ? [] : [value];
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  euro: '€',
  copy: '©',
};

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (entity, name: string) => {
    if (!name.startsWith('#')) return named[name.toLowerCase()] ?? entity;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '';
  });
}
