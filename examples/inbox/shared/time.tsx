import { useSyncExternalStore } from 'react';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let now = Date.now();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    listener();
  }, MINUTE / 2);
  return () => clearInterval(timer);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dateOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const long = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

export const clockOf = (iso: string) => clock.format(new Date(iso));
export const fullTimeOf = (iso: string) => full.format(new Date(iso));

const startOfDay = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);

/** Which day it was, in words for a heading. */
export function dayOf(iso: string, today: number): string {
  const days = Math.round((startOfDay(today) - startOfDay(Date.parse(iso))) / DAY);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return long.format(new Date(iso));
}

function shortTime(iso: string, today: number): string {
  const then = Date.parse(iso);
  const passed = today - then;
  if (passed < -MINUTE) return upcoming(then, today);
  if (passed < MINUTE) return 'now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)}m`;
  if (startOfDay(then) === startOfDay(today)) return clock.format(then);
  if (passed < 6 * DAY) return weekday.format(then);
  return (new Date(then).getFullYear() === new Date(today).getFullYear() ? date : dateOfYear).format(then);
}

function upcoming(then: number, today: number): string {
  if (startOfDay(then) === startOfDay(today)) return clock.format(then);
  return then - today < 6 * DAY ? `${weekday.format(then)} ${clock.format(then)}` : date.format(then);
}

/** The time, updated every half minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** A time as short as it is still clear; the whole of it as a title. */
export function Time({ at, className }: { at: string; className?: string }) {
  return (
    <time dateTime={at} title={fullTimeOf(at)} className={className}>
      {shortTime(at, Math.max(useNow(), Date.now()))}
    </time>
  );
}
