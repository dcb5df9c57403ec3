/** Returns a token to send. Given one that the server has refused, returns another. */
export type Token = (refused?: string) => Promise<string>;

/** Keeps a token until the server refuses it. `request` asks your own server for a session token, or reads an API key. */
export function keepToken(request: () => Promise<string>): Token {
  let kept: string | undefined;
  let asking: Promise<string> | undefined;
  return async (refused) => {
    if (kept !== undefined && kept !== refused) return kept;
    // What was refused at the same time gets the same new token.
    asking ??= request().finally(() => {
      asking = undefined;
    });
    kept = await asking;
    return kept;
  };
}

/** `fetch` with a token. If the server refuses it, nothing was done: sends the request once more, with another. */
export function authorizedFetch(token: Token): typeof fetch {
  return async (input, init) => {
    const send = (value: string) => {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${value}`);
      return fetch(input, { ...init, headers });
    };
    const first = await token();
    const response = await send(first);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return send(await token(first));
  };
}

/** The `connectionParams` of a socket; `wasRefused` says whether the server has refused the last ones. */
export function socketParams(token: Token): (wasRefused?: boolean) => Promise<{ Authorization: string }> {
  let sent: string | undefined;
  return async (wasRefused = false) => {
    sent = await token(wasRefused ? sent : undefined);
    return { Authorization: `Bearer ${sent}` };
  };
}
