/** What a person can mend, as opposed to our bugs: every error of this folder has a stable code and says what to do next. */
export type DynamoDBErrorCode =
  | 'EngineMissing'
  | 'EngineFailed'
  | 'EndpointInvalid'
  | 'EndpointUnreachable'
  | 'DataDirectoryInUse'
  | 'DataDirectoryUnusable'
  | 'DatabaseFileForeign'
  | 'TableMismatch'
  | 'TableNotReady';

export class DynamoDBError extends Error {
  override name = 'DynamoDBError';
  readonly code: DynamoDBErrorCode;
  /** What to do next. */
  readonly remedy: string;

  constructor(code: DynamoDBErrorCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
