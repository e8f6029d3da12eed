/** A mistake that the owner can mend: what happened and where, and what to do next. Never needs a stack trace. */
export class SiteError extends Error {
  override name = 'SiteError';
  readonly nextStep: string;

  constructor(message: string, nextStep: string) {
    super(`${message}\n${nextStep}`);
    this.nextStep = nextStep;
  }
}
