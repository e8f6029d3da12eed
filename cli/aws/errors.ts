/** Explains errors of AWS's SDK that the user can fix. */
import { UserError } from '../../shared/user-error.ts';

interface AwsError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

export const SIGN_IN =
  'Sign in with `aws sso login` or `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with several profiles, set AWS_PROFILE.';

/** Codes and texts of services for a name that is taken in this account. */
export const ALREADY_EXISTS =
  /AlreadyExists|already exists|BucketAlreadyOwnedByYou|DuplicateRecordException|ResourceConflictException|ResourceInUseException/;

/** The first match explains, by the error's name, its HTTP status or its system code. */
const KNOWN: {
  name?: RegExp;
  status?: number;
  code?: RegExp;
  explain: (error: AwsError, doing: string, region: string) => [message: string, remedy: string];
}[] = [
  {
    name: /^(Credentials|Token)ProviderError$/,
    explain: ({ message }) => [`There are no AWS credentials (${firstSentence(message)}).`, SIGN_IN],
  },
  {
    name: /ExpiredToken|RequestExpired/,
    explain: () => ['The AWS credentials have expired.', SIGN_IN],
  },
  {
    name: /InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure|InvalidSignature/,
    explain: ({ name }, _, region) => [
      `AWS does not recognize these credentials (${name}).`,
      `${SIGN_IN} If they are right, is the Region ${region} enabled for the account?`,
    ],
  },
  {
    name: /AccessDenied|Forbidden|NotAuthorized|UnauthorizedOperation/,
    status: 403,
    explain: ({ message }, doing) => [
      `These AWS credentials may not ${doing}: ${message}`,
      'Use credentials that may, such as an administrator’s; infra/README.md lists what is created.',
    ],
  },
  {
    name: /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/,
    status: 429,
    explain: ({ name }, doing) => [
      `AWS is throttling requests (${name}): could not ${doing}.`,
      'Nothing is lost. Wait a minute and run the same command again: it continues where it stopped.',
    ],
  },
  {
    name: /OperationAborted/,
    explain: (_, doing) => [
      `S3 is still busy with an earlier change, such as deleting a bucket of the same name: could not ${doing}.`,
      'Nothing is lost. Wait some minutes (after a deletion up to an hour) and run the same command again.',
    ],
  },
  {
    code: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH/,
    explain: ({ code }, doing, region) => [
      `AWS cannot be reached in ${region} (${code}): could not ${doing}.`,
      `Check the network, and that ${region} is the code of an AWS Region: \`aws account list-regions\` shows them.`,
    ],
  },
];

/**
 * @param doing what was being done: `read the state bucket`
 * @returns the error to throw: a {@link UserError} where it is a known one, otherwise the same
 */
export function explainAwsError(error: unknown, doing: string, region: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { name, code = '', $metadata: { httpStatusCode } = {} } = error as AwsError;
  const known = KNOWN.find(
    (one) =>
      one.name?.test(name) ||
      one.code?.test(code) ||
      (one.status !== undefined && one.status === httpStatusCode),
  );
  if (!known) return error;
  const [message, remedy] = known.explain(error, doing, region);
  return new UserError(message, remedy, { cause: error });
}

function firstSentence(text: string): string {
  return text.split(/\.(?:\s|$)|\n/)[0]!;
}

/** Does one thing in AWS and explains its known errors. */
export async function inAws<T>(doing: string, region: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explainAwsError(error, doing, region);
  }
}
