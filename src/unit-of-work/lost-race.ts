/** Somebody else was faster; the transaction is tried again and then sees what they wrote. */
export class LostRaceError extends Error {
  constructor() {
    super('Another transaction was faster.');
  }
}
