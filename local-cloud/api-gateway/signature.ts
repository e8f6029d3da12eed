/** Verifies AWS Signature Version 4 in the Authorization header, as AWS documents it under "Create a signed AWS API request". */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalHeaders, canonicalPath, canonicalQuery } from './canonical-request.ts';

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
  /** SHA-256 of the body that really came, in hexadecimal. */
  payloadHash: string;
}

export interface SignatureError {
  /** Name of the error as API Gateway gives it in `x-amzn-ErrorType`. */
  errorType: string;
  message: string;
}

export interface SignatureVerifierOptions {
  credentials: Credentials;
  region: string;
  /** `execute-api` */
  service: string;
  /** How far a signature's date may be off, in milliseconds. */
  skew: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request *, *SignedHeaders=([^,\s]+) *, *Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method.';

/** Keeps the derived key of the day, which costs more than the rest of a verification. */
export class SignatureVerifier {
  readonly #options: SignatureVerifierOptions;
  #key: { date: string; bytes: Buffer } | undefined;

  constructor(options: SignatureVerifierOptions) {
    this.#options = options;
  }

  /** `undefined` when the signature holds; otherwise why it does not. */
  verify(request: SignedRequest): SignatureError | undefined {
    const { credentials, region, service, skew, now } = this.#options;
    const authorization = text(request.headers['authorization']);
    if (authorization === '') {
      return { errorType: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
    }
    const match = AUTHORIZATION.exec(authorization);
    const signedHeaders = match?.[5]?.split(';') ?? [];
    const date = text(request.headers['x-amz-date']);
    const time = DATE.test(date) ? Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z')) : Number.NaN;
    if (!match || Number.isNaN(time)) {
      const message = 'Authorization header or X-Amz-Date is not of the form of Signature Version 4.';
      return { errorType: 'IncompleteSignatureException', message };
    }
    const [, accessKeyId, day, scopeRegion, scopeService] = match as unknown as string[];
    if (accessKeyId !== credentials.accessKeyId) {
      const message = 'The security token included in the request is invalid.';
      return { errorType: 'UnrecognizedClientException', message };
    }
    if (Math.abs(now() - time) > skew) {
      return {
        errorType: 'InvalidSignatureException',
        message: `Signature expired or not yet valid: ${date}`,
      };
    }
    const scoped = day === date.slice(0, 8) && scopeRegion === region && scopeService === service;
    if (!scoped || !signedHeaders.includes('host') || !signedHeaders.includes('x-amz-date')) {
      const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
      const message = `Credential should be scoped to ${scope}, and host and x-amz-date be signed.`;
      return { errorType: 'InvalidSignatureException', message };
    }
    const expected = this.#sign(request, signedHeaders, date);
    if (timingSafeEqual(expected, Buffer.from(match[6] as string, 'hex'))) return undefined;
    return { errorType: 'InvalidSignatureException', message: MISMATCH };
  }

  #sign(request: SignedRequest, signedHeaders: string[], date: string): Buffer {
    const { region, service } = this.#options;
    const [path = '/', ...query] = request.url.split('?');
    const canonicalRequest = [
      request.method,
      canonicalPath(path),
      canonicalQuery(query.join('?')),
      canonicalHeaders(request.headers, signedHeaders),
      signedHeaders.join(';'),
      request.payloadHash,
    ].join('\n');
    const day = date.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const stringToSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest)].join('\n');
    return hmac(this.#signingKey(day), stringToSign);
  }

  #signingKey(day: string): Buffer {
    if (this.#key?.date === day) return this.#key.bytes;
    const { credentials, region, service } = this.#options;
    let bytes = hmac(`AWS4${credentials.secretAccessKey}`, day);
    for (const part of [region, service, 'aws4_request']) bytes = hmac(bytes, part);
    this.#key = { date: day, bytes };
    return bytes;
  }
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}

function text(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}
