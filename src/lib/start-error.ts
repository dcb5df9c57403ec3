/** The process cannot start or go on as configured. The message is one line for the operator and names what to change. */
export class StartError extends Error {
  override readonly name: string = 'StartError';

  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options);
  }
}
