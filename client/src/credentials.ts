import { RequestError, SIGNED_OUT, TOKEN_UNAVAILABLE } from './failures.js';

/**
 * Returns a session token or key that is valid now, or null if nobody is signed in. Asked when the client starts, and
 * again whenever the server has refused what it returned last.
 */
export type TokenProvider = () => string | null | Promise<string | null>;

export type Credential = { token: string; generation: number };

export type Credentials = {
  /** The current one; rejects with TOKEN_UNAVAILABLE or SIGNED_OUT if there is none. */
  get: () => Promise<Credential>;
  accepted: (credential: Credential) => void;
  /** Has the provider asked again by the next `get`. False if two in a row were refused. */
  refused: (credential: Credential) => boolean;
};

export function createCredentials(provider: TokenProvider): Credentials {
  let generation = 0;
  let refusals = 0;
  let current: Promise<Credential> | null = null;

  async function ask(): Promise<Credential> {
    let token: string | null;
    try {
      token = await provider();
    } catch (reason) {
      throw new RequestError(TOKEN_UNAVAILABLE, `There is no token: ${reason}`);
    }
    if (token === null) throw new RequestError(SIGNED_OUT, 'Nobody is signed in.');
    return { token, generation };
  }

  return {
    get: () => {
      if (current) return current;
      const asked = ask();
      current = asked;
      asked.catch(() => {
        if (current === asked) current = null;
      });
      return asked;
    },
    accepted: (credential) => {
      if (credential.generation === generation) refusals = 0;
    },
    refused: (credential) => {
      // Several requests that showed the same one are refused together.
      if (credential.generation !== generation) return true;
      generation += 1;
      current = null;
      refusals += 1;
      return refusals < 2;
    },
  };
}
