import { type Progress, progressOn } from '../progress.js';

/** A progress bar on standard error if that is a terminal; otherwise null. */
export function terminalProgress(): Progress | null {
  return process.stderr.isTTY ? progressOn(process.stderr) : null;
}

/** Counts in words, such as "20 Conversation, 1 file". */
export function inWords(counts: Record<string, number>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ') || 'nothing';
}
