/**
 * Verifies AWS Signature Version 4 the way AWS does: signs the received request again with the known secret and compares.
 * Source: AWS's IAM user guide, "Create a signed AWS API request".
 */
import { timingSafeEqual } from 'node:crypto';
import aws4 from 'aws4';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SignedRequest {
  method: string;
  /** Path and query as they came over the wire. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  /** SHA-256 of the received body, in hexadecimal. */
  payloadHash: string;
}

export interface SignatureError {
  /** As AWS sends it in `x-amzn-ErrorType`. */
  errorType: string;
  message: string;
}

export interface VerifierOptions {
  credentials: Credentials;
  region: string;
  service: 'execute-api' | 'lambda' | 's3';
  /** Milliseconds since 1970. */
  now: () => number;
}

/** @returns `undefined` for a valid signature, otherwise the reason to answer 403 */
export type Verify = (request: SignedRequest) => SignatureError | undefined;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/([^,\s]+) *, *SignedHeaders=([^,\s]+) *, *Signature=([0-9a-f]{64})$/;
/** How far a signature's date may be off. */
const MAX_SKEW_MS = 5 * 60_000;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const CONTENT_HASH = 'x-amz-content-sha256';
const HASH_IGNORED = { [CONTENT_HASH]: true };

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method.';

export function createVerifier(options: VerifierOptions): Verify {
  const { credentials, region, service, now } = options;

  return ({ method, url, headers, payloadHash }) => {
    const authorization = String(headers['authorization'] ?? '');
    if (!authorization) return error('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const [, accessKeyId, scope, signedList = '', signature = ''] = AUTHORIZATION.exec(authorization) ?? [];
    const date = String(headers['x-amz-date'] ?? '');
    const time = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
    if (!accessKeyId || !DATE.test(date) || Number.isNaN(time)) {
      return error('IncompleteSignatureException', 'Authorization or X-Amz-Date is malformed.');
    }
    if (accessKeyId !== credentials.accessKeyId) {
      return error('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    if (Math.abs(now() - time) > MAX_SKEW_MS) return invalid(`Signature expired or not yet current: ${date}`);
    const signed = signedList.split(';');
    const expectedScope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
    if (scope !== expectedScope || !signed.includes('host') || !signed.includes('x-amz-date')) {
      return invalid(
        `Credential must be scoped to ${expectedScope}, and host and x-amz-date must be signed.`,
      );
    }
    // The body that was received counts, not the client's claim.
    const hashIsSigned = signed.includes(CONTENT_HASH);
    if (hashIsSigned && headers[CONTENT_HASH] !== payloadHash) return invalid(MISMATCH);
    const signedHeaders: Record<string, string> = { [CONTENT_HASH]: payloadHash };
    const include: Record<string, boolean> = {};
    for (const name of signed) {
      // Like a string, an array becomes its values with commas between them.
      signedHeaders[name] = String(headers[name] ?? '');
      include[name] = true;
    }
    const again = {
      method,
      path: url,
      service,
      region,
      headers: signedHeaders,
      // These exact headers, also those that aws4 leaves out by itself.
      extraHeadersToInclude: include,
      extraHeadersToIgnore: hashIsSigned ? {} : HASH_IGNORED,
    };
    const expected = String(aws4.sign(again, credentials).headers?.['Authorization']).slice(-64);
    if (timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(signature, 'hex'))) return undefined;
    return invalid(MISMATCH);
  };
}

function error(errorType: string, message: string): SignatureError {
  return { errorType, message };
}

function invalid(message: string): SignatureError {
  return error('InvalidSignatureException', message);
}
