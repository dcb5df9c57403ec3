import { createHmac, timingSafeEqual } from 'node:crypto';

type Method = 'PUT' | 'GET';

/** Signs URLs: the method, the path and every parameter. */
export type UrlSigner = {
  /** Returns the path with its parameters and the signature. */
  sign(method: Method, path: string, parameters: Record<string, string>): string;
  /** Returns the parameters of a query, or null if it was not signed for this method and path. */
  verify(method: Method, path: string, query: string): URLSearchParams | null;
};

const SIGNATURE = 'signature';

export function createUrlSigner(secret: Uint8Array): UrlSigner {
  const mac = (method: Method, path: string, parameters: URLSearchParams) => {
    const sorted = new URLSearchParams(parameters);
    sorted.sort();
    return createHmac('sha256', secret).update(`${method}\n${path}\n${sorted}`).digest('base64url');
  };
  return {
    sign: (method, path, parameters) => {
      const query = new URLSearchParams(parameters);
      query.set(SIGNATURE, mac(method, path, query));
      return `${path}?${query}`;
    },
    verify: (method, path, query) => {
      const parameters = new URLSearchParams(query);
      // Compared as text, because decoding ignores some bits of the last base64url character.
      const given = Buffer.from(parameters.get(SIGNATURE) ?? '');
      parameters.delete(SIGNATURE);
      const expected = Buffer.from(mac(method, path, parameters));
      return given.length === expected.length && timingSafeEqual(given, expected) ? parameters : null;
    },
  };
}
