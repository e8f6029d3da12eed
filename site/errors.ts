/** A mistake that the owner can mend: what happened and where, and what to do next. Never needs a stack trace. */
export class SiteError extends Error {
  override name = 'SiteError';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
