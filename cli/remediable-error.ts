/** Something that a person can mend: the message says what happened and where, the remedy what to do next. */
export class RemediableError extends Error {
  override name = 'RemediableError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
