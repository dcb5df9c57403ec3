/** https, because anyone who can tamper with the keys can sign in as any user. */
export function isKeysUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const safe =
    protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
  return safe && `${username}${password}` === '';
}

export function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username, password } = new URL(value);
  return ['http:', 'https:'].includes(protocol) && `${search}${hash}${username}${password}` === '';
}

/** The origins as browsers send them; null unless all are valid. */
export function originsOf(value: string): '*' | string[] | null {
  if (value.trim() === '*') return '*';
  const origins = value.split(',').map((each) => originOf(each.trim()));
  return origins.every((origin) => origin !== null) ? origins : null;
}

/** Apps have origins with schemes of their own, such as capacitor://localhost. */
function originOf(value: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+\/?$/i.test(value) || !URL.canParse(value)) return null;
  const { protocol, host, origin } = new URL(value);
  return origin === 'null' ? `${protocol}//${host}` : origin;
}

export function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol);
}

export function isRedisUrl(value: string): boolean {
  return URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol);
}
