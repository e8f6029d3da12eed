/** Errors of AWS's SDK that a person can mend, as what happened and what to do. */
import { UserError } from '../../shared/user-error.ts';

interface AwsError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const SIGN_IN =
  'Sign in with `aws sso login` or `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with several profiles, set AWS_PROFILE.';

/**
 * @param doing what was being done: `read the state bucket`
 * @returns the error to throw: a {@link UserError} where it is a known one, else the same
 */
export function explainAwsError(error: unknown, doing: string, region: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const explain = (message: string, remedy: string) => new UserError(message, remedy, { cause: error });
  const { name, message, code, $metadata: { httpStatusCode: status } = {} } = error as AwsError;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return explain(`There are no AWS credentials (${firstSentence(message)}).`, SIGN_IN);
  if (/ExpiredToken|RequestExpired/.test(name)) return explain('The AWS credentials have expired.', SIGN_IN);
  if (
    /InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure|InvalidSignature/.test(
      name,
    )
  ) {
    return explain(
      `AWS does not know these credentials (${name}).`,
      `${SIGN_IN} If they are right, is the Region ${region} enabled for the account?`,
    );
  }
  if (/AccessDenied|Forbidden|NotAuthorized|UnauthorizedOperation/.test(name) || status === 403) {
    return explain(
      `These AWS credentials may not ${doing}: ${message}`,
      'Use credentials that may, such as an administrator’s; infra/README.md lists what is created.',
    );
  }
  if (/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/.test(name) || status === 429) {
    return explain(
      `AWS asks to go slower (${name}) while trying to ${doing}.`,
      'Nothing is lost. Wait a minute and run the same command again: it goes on where it stopped.',
    );
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH/.test(code ?? '')) {
    return explain(
      `AWS cannot be reached in ${region} (${code}): could not ${doing}.`,
      `Check the network, and that ${region} is the code of an AWS Region: \`aws account list-regions\` shows them.`,
    );
  }
  return error;
}

function firstSentence(text: string): string {
  return text.split(/\.(?:\s|$)|\n/)[0]!;
}

/** Does one thing in AWS; its known errors come out explained. */
export async function inAws<T>(doing: string, region: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explainAwsError(error, doing, region);
  }
}
