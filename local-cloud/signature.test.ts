import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../test/support/sha256.ts';
import { createVerifier, type SignedRequest } from './signature.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const MINUTE = 60_000;
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const SCOPE = { region: 'us-east-1', service: 'execute-api' } as const;
const PATH = '/live/%40connections/L0SM9cOFvHcCIhw%3D';

const verify = createVerifier({ ...SCOPE, credentials: KEYS, now: () => NOW });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Signing extends Partial<typeof KEYS> {
  region?: string;
  service?: string;
  at?: number;
  query?: Record<string, string>;
  unsigned?: string[];
}

/** A POST of "hello", signed as AWS's SDK signs it. */
async function signed({
  at = NOW,
  query = {},
  unsigned = [],
  ...other
}: Signing = {}): Promise<SignedRequest> {
  const { region, service, ...credentials } = { ...KEYS, ...SCOPE, ...other };
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: PATH,
      query,
      body: 'hello',
      headers: { host: '127.0.0.1:4001' },
    },
    { signingDate: new Date(at), unsignableHeaders: new Set(unsigned) },
  );
  return { method: 'POST', url: PATH, headers, payloadHash: sha256('hello') };
}

test('an independent signature from AWS’s test suite is accepted', async () => {
  const published = createVerifier({
    credentials: KEYS,
    region: 'us-east-1',
    // The suite's service is called "service".
    service: 'service' as 'lambda',
    now: () => Date.UTC(2015, 7, 30, 12, 36, 0),
  });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
    'Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500';
  const request = {
    method: 'GET',
    url: '/?Param2=value2&Param1=value1',
    headers: { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', authorization },
    payloadHash: sha256(''),
  };
  assert.equal(await published(request), undefined);
  assert.ok(await published({ ...request, url: '/?Param2=value2&Param1=value2' }));
});

const accepted: Record<string, () => Promise<SignedRequest>> = {
  'signed by the SDK': () => signed(),
  'without a content hash among the signed headers': () => signed({ unsigned: ['x-amz-content-sha256'] }),
  'with its query in another order': async () => ({
    ...(await signed({ query: { b: '2 ', a: 'ä*', c: '' } })),
    url: `${PATH}?c=&b=2%20&a=%C3%A4%2A`,
  }),
  'five minutes old': () => signed({ at: NOW - 5 * MINUTE }),
  'five minutes ahead': () => signed({ at: NOW + 5 * MINUTE }),
};
for (const [name, request] of Object.entries(accepted)) {
  test(`accepts a request ${name}`, async () => assert.equal(await verify(await request()), undefined));
}

const withHeaders = async (headers: Record<string, string>) => {
  const request = await signed();
  return { ...request, headers: { ...request.headers, ...headers } };
};
const change = async (changes: Partial<SignedRequest>) => ({ ...(await signed()), ...changes });

const INVALID = 'InvalidSignatureException';
const INCOMPLETE = 'IncompleteSignatureException';
const rejected: Record<string, [request: () => Promise<SignedRequest>, errorType: string]> = {
  'another body': [() => change({ payloadHash: sha256('other') }), INVALID],
  'another body whose hash the client claims': [
    async () => {
      const request = await signed({ unsigned: ['x-amz-content-sha256'] });
      const headers = { ...request.headers, 'x-amz-content-sha256': sha256('hello') };
      return { ...request, headers, payloadHash: sha256('other') };
    },
    INVALID,
  ],
  'another path': [() => change({ url: PATH.replace('L0SM', 'L0SN') }), INVALID],
  'a path around the signed one': [() => change({ url: `/prod/..${PATH}/..` }), INVALID],
  'another method': [() => change({ method: 'DELETE' }), INVALID],
  'an added parameter': [() => change({ url: `${PATH}?x=1` }), INVALID],
  'another host': [() => withHeaders({ host: 'example.com' }), INVALID],
  'an unsigned host': [() => signed({ unsigned: ['host'] }), INVALID],
  'another secret': [() => signed({ secretAccessKey: 'wrong' }), INVALID],
  'another access key': [() => signed({ accessKeyId: 'SOMEONE' }), 'UnrecognizedClientException'],
  'another Region': [() => signed({ region: 'eu-west-3' }), INVALID],
  'another service': [() => signed({ service: 's3' }), INVALID],
  'a date too old': [() => signed({ at: NOW - 5 * MINUTE - 1000 }), INVALID],
  'a date too far ahead': [() => signed({ at: NOW + 5 * MINUTE + 1000 }), INVALID],
  'no Authorization': [() => withHeaders({ authorization: '' }), 'MissingAuthenticationTokenException'],
  'another scheme': [() => withHeaders({ authorization: 'Bearer x' }), INCOMPLETE],
  'half an Authorization': [
    () => withHeaders({ authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c' }),
    INCOMPLETE,
  ],
  'an impossible date': [() => withHeaders({ 'x-amz-date': '20261399T996199Z' }), INCOMPLETE],
};
for (const [name, [request, errorType]] of Object.entries(rejected)) {
  test(`rejects ${name}: ${errorType}`, async () =>
    assert.equal((await verify(await request()))?.errorType, errorType));
}
