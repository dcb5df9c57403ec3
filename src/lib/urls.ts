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

/** What PostgreSQL calls the hosts that Parley needs, which writes. */
const WRITABLE = ['read-write', 'primary', 'any'];
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#@]*@)?)([^/?#@]*)([^#]*)$/;

/**
 * The URLs of a PostgreSQL URL that may name several hosts, one for each of them, as libpq reads it (PostgreSQL manual,
 * 34.1.1.3); null if it is no such URL. Whatever `target_session_attrs` says, only a host that takes writes is used, so
 * values that ask for one that does not are refused.
 */
export function hostsOf(url: string): [string, ...string[]] | null {
  const [, before = '', hosts = '', after = ''] = PARTS.exec(url) ?? [];
  if (!before) return null;
  const [first = '', ...others] = hosts.split(',').map((host) => `${before}${host}${after}`);
  if (![first, ...others].every((each) => URL.canParse(each))) return null;
  // Without a host it is local, which only a single one may be.
  if (others.length > 0 && hosts.split(',').includes('')) return null;
  const wanted = new URL(first).searchParams.get('target_session_attrs');
  return wanted === null || WRITABLE.includes(wanted) ? [first, ...others] : null;
}

/** What PostgreSQL calls hosts that may only read. */
const READABLE = ['standby', 'prefer-standby', 'read-only', 'any'];

/** The URL of a standby without `target_session_attrs`, which says what is looked at anyway; null if it asks for another host. */
export function standbyUrl(url: string): string | null {
  const [address = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const wanted = parameters.get('target_session_attrs');
  if (wanted === null) return hostsOf(url) && url;
  parameters.delete('target_session_attrs');
  const rest = `${address}${parameters.size > 0 ? `?${parameters}` : ''}`;
  return READABLE.includes(wanted) && hostsOf(rest) ? rest : null;
}

export function isRedisUrl(value: string): boolean {
  return URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol);
}
