import type { Plugin } from 'graphql-yoga';
import { markInexactNumbers } from '../../lib/exact-numbers.js';
import type { ReadBody } from '../request-body.js';

/**
 * Reads the parameters of a request. Has numbers that JSON.parse would change refused, in a JSON body and in the variables
 * of a form or a query string.
 */
export function useExactNumbers(): Plugin<object, { readBody?: ReadBody }> {
  return {
    onRequestParse: ({ requestParser, setRequestParser, serverContext: { readBody } }) => {
      if (requestParser) setRequestParser((request) => requestParser(withMarkedNumbers(request, readBody)));
    },
  };
}

function withMarkedNumbers(request: Request, readBody: ReadBody = () => request.text()): Request {
  return new Proxy(request, {
    get: (target, name) => {
      if (name === 'json') return async () => JSON.parse(markInexactNumbers(await readBody()));
      if (name === 'text') return async () => (isForm(target) ? markParameters(await readBody()) : readBody());
      if (name === 'url') return markUrl(target.url);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function isForm({ headers }: Request): boolean {
  return headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function markUrl(url: string): string {
  const query = url.indexOf('?') + 1;
  return query > 0 ? url.slice(0, query) + markParameters(url.slice(query)) : url;
}

function markParameters(text: string): string {
  const parameters = new URLSearchParams(text);
  const variables = parameters.get('variables');
  const marked = variables && markInexactNumbers(variables);
  if (!marked || marked === variables) return text;
  parameters.set('variables', marked);
  return parameters.toString();
}
