/**
 * JSON has numbers of any size, but JSON.parse makes 64-bit floating-point numbers of them, and what they cannot hold is
 * changed without a word: the id 750727362669608961 becomes 750727362669609000. Such numbers are found in the text.
 */

/** A number with 16 or more digits or with an exponent; any other is kept. */
const SUSPICIOUS = /[\d.]{16}|\d[eE][-+\d]/;

/** What JSON.parse reads as Infinity, which is refused wherever it is. */
const REFUSED = '1e999';

const NUMBER = /-?\d[\d.eE+-]*/y;

/** Whether a number in JSON or GraphQL is still the same when it is read as a JavaScript number and written again. */
export function isExact(token: string): boolean {
  if (!SUSPICIOUS.test(token)) return true;
  const value = Number(token);
  return Number.isFinite(value) && decimalOf(token) === decimalOf(String(value));
}

/** A text that is the same for all spellings of a number, apart from its sign. */
function decimalOf(token: string): string {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}

/** Replaces the numbers of a JSON text that would not be kept by one that is refused in their place. */
export function markInexactNumbers(json: string): string {
  if (!SUSPICIOUS.test(json)) return json;
  let marked = '';
  let copied = 0;
  for (let index = 0; index < json.length; index += 1) {
    if (json[index] === '"') {
      index = endOfString(json, index);
      continue;
    }
    NUMBER.lastIndex = index;
    const token = NUMBER.exec(json)?.[0];
    if (!token) continue;
    if (!isExact(token)) {
      marked += json.slice(copied, index) + REFUSED;
      copied = index + token.length;
    }
    index += token.length - 1;
  }
  return marked + json.slice(copied);
}

/** The index of the quotation mark that ends a string. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
