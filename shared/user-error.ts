/** An error the user can fix. The message says what happened and where; the remedy says what to do next. Shown without a stack trace. */
export class UserError extends Error {
  override name = 'UserError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
