import type { DocumentNode, Token } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** What the parsed form of a token takes, measured on documents of short fields, which are the heaviest for their length. */
const BYTES_PER_TOKEN = 320;
const BYTES_PER_CHARACTER = 2;
const MAX_BYTES = 64 * 1024 * 1024;
/** A document above this would push out too many others. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Keeps the parsed documents that were found valid, the most recently used ones first, up to 64 MB in all by the number
 * of their tokens. Nothing is kept of a document that was refused, so ever new bad ones cost only their own check. Trusted
 * texts stay for ever: there are only as many as the operator has listed.
 */
export function useDocumentCache(trusted: ReadonlySet<string>): Plugin {
  const kept = new Map<string, DocumentNode>();
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_DOCUMENT_BYTES,
    sizeCalculation: (document, text) => 1 + tokensOf(document) * BYTES_PER_TOKEN + text.length * BYTES_PER_CHARACTER,
  });
  /** Which of the kept documents needs no second check. */
  const valid = new WeakSet<DocumentNode>();
  return {
    onParse: ({ params, setParsedDocument }) => {
      const text = textOf(params.source);
      const known = kept.get(text) ?? documents.get(text);
      if (known) setParsedDocument(known);
    },
    onValidate: ({ params: { documentAST }, setResult }) => {
      if (valid.has(documentAST)) {
        setResult([]);
        return;
      }
      return ({ valid: isValid }) => {
        const text = documentAST.loc?.source.body;
        if (!isValid || text === undefined) return;
        valid.add(documentAST);
        (trusted.has(text) ? kept : documents).set(text, documentAST);
      };
    },
  };
}

function textOf(source: string | { body: string }): string {
  return typeof source === 'string' ? source : source.body;
}

function tokensOf({ loc }: DocumentNode): number {
  let count = 0;
  for (let token: Token | null = loc?.startToken ?? null; token; token = token.next) count += 1;
  return count;
}
