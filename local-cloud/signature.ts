/**
 * Verifies AWS Signature Version 4 the way AWS does: signs the received request again with the known secret and compares.
 * Source: AWS's IAM user guide, "Create a signed AWS API request".
 */
import { timingSafeEqual } from 'node:crypto';
import { parse as parseQuery } from 'node:querystring';
import { createSign, encode, keepLast, scopeOf, signingKey } from '../functions/shared/sign.ts';

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
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/([^,\s]+) *, *SignedHeaders=([^,\s]+) *, *Signature=$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const SIGNATURE_LENGTH = 64;
/** How far a signature's date may be off. */
const MAX_SKEW_MS = 5 * 60_000;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** Requests of one client differ in little more than their paths: everything else is computed once for a run of them. */
export function createVerifier(options: VerifierOptions): Verify {
  const { credentials, region, service, now } = options;
  const keyOf = keepLast(signingKey);
  const signOf = keepLast(
    (
      date: string,
      scope: string,
      method: string,
      query: string,
      headers: string,
      signedHeaders: string,
      payloadHash: string,
    ) =>
      createSign(keyOf(credentials.secretAccessKey, scope), date, scope, {
        method,
        query: canonicalQuery(query),
        headers,
        signedHeaders,
        // Of the received body: the client's own claim does not count.
        payloadHash,
      }),
  );
  const parseAuthorization = keepLast((text: string) => AUTHORIZATION.exec(text) ?? []);
  const parseDate = keepLast((text: string) =>
    DATE.test(text) ? Date.parse(text.replace(DATE, '$1-$2-$3T$4:$5:$6Z')) : Number.NaN,
  );

  return ({ method, url, headers, payloadHash }) => {
    const authorization = valueOf(headers, 'authorization');
    if (!authorization) {
      return error('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    const signature = authorization.slice(-SIGNATURE_LENGTH);
    const [, accessKeyId, scope, signedHeaders = ''] = parseAuthorization(
      authorization.slice(0, -SIGNATURE_LENGTH),
    );
    const date = valueOf(headers, 'x-amz-date');
    const time = parseDate(date);
    if (!accessKeyId || !SIGNATURE.test(signature) || Number.isNaN(time)) {
      return error('IncompleteSignatureException', 'Authorization or X-Amz-Date is malformed.');
    }
    if (accessKeyId !== credentials.accessKeyId) {
      return error('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    if (Math.abs(now() - time) > MAX_SKEW_MS) return invalid(`Signature expired or not yet current: ${date}`);
    const signed = signedHeaders.split(';');
    const expectedScope = scopeOf(date, region, service);
    if (scope !== expectedScope || !signed.includes('host') || !signed.includes('x-amz-date')) {
      return invalid(
        `Credential must be scoped to ${expectedScope}, and host and x-amz-date must be signed.`,
      );
    }
    let lines = '';
    for (const name of signed)
      lines += `${name}:${valueOf(headers, name)
        .trim()
        .replace(/[ \t]+/g, ' ')}\n`;
    const [path = '/', ...query] = url.split('?');
    const sign = signOf(date, scope, method, query.join('?'), lines, signedHeaders, payloadHash);
    if (timingSafeEqual(Buffer.from(sign(path)), Buffer.from(signature))) return undefined;
    return invalid(
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method.',
    );
  };
}

function valueOf(headers: SignedRequest['headers'], name: string): string {
  const value = headers[name] ?? '';
  return typeof value === 'string' ? value : value.join(',');
}

/** Names and values encoded, sorted by name, then by value. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  const parameters = Object.entries(parseQuery(query)).flatMap(([name, values = '']) =>
    [values].flat().map((value) => [encode(name), encode(value)] as const),
  );
  return parameters
    .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map((parameter) => parameter.join('='))
    .join('&');
}

function error(errorType: string, message: string): SignatureError {
  return { errorType, message };
}

function invalid(message: string): SignatureError {
  return error('InvalidSignatureException', message);
}
