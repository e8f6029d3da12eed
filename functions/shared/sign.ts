/** Signs requests with the function's own credentials (Signature Version 4). */
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from './sha256.ts';

export interface Unsigned {
  method: string;
  /** `https:` */
  protocol: string;
  hostname: string;
  path: string;
  /** `host` must be among them: with the port, unless it is the protocol's own. */
  headers: Record<string, string>;
  body: string;
}

/** @returns the request's headers and those of its signature */
export type Sign = (request: Unsigned) => Promise<Record<string, string>>;

/**
 * Reads credentials and Region from where Lambda puts them, and reads them again for every request: a long-lived environment may get new
 * ones.
 * @throws if they are missing
 */
export function createSign(service: string, environment: NodeJS.ProcessEnv, now: () => number): Sign {
  const region = environment['AWS_REGION'];
  const credentials = () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !region)
      throw new Error(
        'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set, as Lambda sets them.',
      );
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  };
  credentials();
  const signer = new SignatureV4({
    service,
    region: region!,
    credentials: async () => credentials(),
    sha256: Sha256,
  });
  return async (request) =>
    (await signer.sign({ ...request, query: {} }, { signingDate: new Date(now()) })).headers;
}
