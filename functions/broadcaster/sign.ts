/** Signing a post with the function's own credentials, as AWS asks it of every call of @connections. */
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../shared/sha256.ts';

export interface Unsigned {
  /** `https:` */
  protocol: string;
  hostname: string;
  /** With the port, where it is not the protocol's own. */
  host: string;
  path: string;
  body: Buffer;
}

/** @returns all headers of the request but its length */
export type Sign = (request: Unsigned) => Promise<Record<string, string>>;

/**
 * Takes the credentials and the Region from where Lambda puts them; an execution environment keeps them for all of its life.
 * @throws where they are missing
 */
export function createSign(environment: NodeJS.ProcessEnv): Sign {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_REGION)
    throw new Error(
      'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set, as Lambda sets them.',
    );
  const signer = new SignatureV4({
    service: 'execute-api',
    region: AWS_REGION,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    },
    sha256: Sha256,
  });
  return async ({ host, ...request }) => {
    const { headers } = await signer.sign({
      method: 'POST',
      query: {},
      headers: { host, 'content-type': 'application/octet-stream' },
      ...request,
    });
    return headers;
  };
}
