const MAX_DOCUMENTS = 500;
const MAX_CHARACTERS = 16_384;

/**
 * Keeps what was made of the documents that come again and again. A client that sends ever new ones cannot fill the
 * memory: the oldest go, and large ones are not kept at all.
 */
export function createDocumentCache<Value>(): {
  get(text: string): Value | undefined;
  set(text: string, value: Value): void;
} {
  const values = new Map<string, Value>();
  return {
    get: (text) => {
      const value = values.get(text);
      if (value === undefined) return undefined;
      values.delete(text);
      values.set(text, value);
      return value;
    },
    set: (text, value) => {
      if (text.length > MAX_CHARACTERS) return;
      values.set(text, value);
      const [oldest] = values.keys();
      if (values.size > MAX_DOCUMENTS && oldest !== undefined) values.delete(oldest);
    },
  };
}
