import type { Plugin } from 'graphql-yoga';
import { markInexactNumbers } from '../../lib/exact-numbers.js';

/** Has numbers that JSON.parse would change refused, in a JSON body and in the variables of a form or a query string. */
export function useExactNumbers(): Plugin {
  return {
    onRequestParse: ({ requestParser, setRequestParser }) => {
      if (requestParser) setRequestParser((request) => requestParser(withMarkedNumbers(request)));
    },
  };
}

function withMarkedNumbers(request: Request): Request {
  return new Proxy(request, {
    get: (target, name) => {
      if (name === 'json') return async () => JSON.parse(markInexactNumbers(await target.text()));
      if (name === 'text') return async () => (isForm(target) ? markParameters(await target.text()) : target.text());
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
