/** The later of two times: what rises with time never falls back, even if a server's clock does. */
export function laterOf(now: Date, before: Date): Date {
  return now > before ? now : before;
}
