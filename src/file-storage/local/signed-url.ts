import { createHmac, timingSafeEqual } from 'node:crypto';

type Method = 'PUT' | 'GET';

/** Signs what a URL allows: the method, the path and every parameter. */
export type UrlSigner = {
  /** The path with its parameters and their signature. */
  sign(method: Method, path: string, parameters: Record<string, string>): string;
  /** The parameters of a query that was signed for this method and path, or null where it was not. */
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
      // As text: a base64url's last character has bits that decoding ignores.
      const given = Buffer.from(parameters.get(SIGNATURE) ?? '');
      parameters.delete(SIGNATURE);
      const expected = Buffer.from(mac(method, path, parameters));
      return given.length === expected.length && timingSafeEqual(given, expected) ? parameters : null;
    },
  };
}
