import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../functions/shared/sha256.ts';
import { type SignedRequest, SignatureVerifier } from './signature.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const SKEW = 5 * 60_000;

describe("AWS's published test vectors", () => {
  const vectors: {
    name: string;
    request: string;
    headers?: Record<string, string>;
    body?: string;
    signature: string;
  }[] = [
    {
      name: 'get-vanilla',
      request: 'GET /',
      signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    },
    {
      name: 'post-vanilla',
      request: 'POST /',
      signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    },
    {
      name: 'get-vanilla-query-order-key-case',
      request: 'GET /?Param2=value2&Param1=value1',
      signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    },
    {
      name: 'get-utf8',
      request: 'GET /ሴ',
      signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
    },
    {
      name: 'get-header-value-trim',
      request: 'GET /',
      headers: { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
      signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    },
    {
      name: 'post-x-www-form-urlencoded',
      request: 'POST /',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
      signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    },
  ];
  for (const { name, request, headers = {}, body = '', signature } of vectors) {
    test(name, () => {
      const verifier = new SignatureVerifier({
        credentials: CREDENTIALS,
        region: 'us-east-1',
        service: 'service',
        skew: SKEW,
        now: () => Date.UTC(2015, 7, 30, 12, 36, 0),
      });
      const [method = '', url = ''] = request.split(' ');
      const all = { ...headers, host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
      const signedHeaders = Object.keys(all).toSorted().join(';');
      const authorization =
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=${signedHeaders}, Signature=${signature}`;
      assert.equal(
        verifier.verify({ method, url, headers: { ...all, authorization }, payloadHash: sha256(body) }),
        undefined,
      );
    });
  }
});

describe('a request signed by the SDK', () => {
  const path = '/live/%40connections/L0SM9cOFvHcCIhw%3D';

  test('is accepted', async () => {
    assert.equal(verifier().verify(await signed('POST', path, 'hello')), undefined);
  });

  test('is accepted with a query, whatever the order of its parameters', async () => {
    const request = await signed('GET', path, '', { query: { b: '2 ', a: 'ä*', c: '' } });
    assert.equal(verifier().verify({ ...request, url: `${path}?c=&b=2%20&a=%C3%A4%2A` }), undefined);
  });

  test('is accepted again with the key of that day cached, and with the next day’s', async () => {
    let now = NOW;
    const long = new SignatureVerifier({ ...options(), now: () => now });
    assert.equal(long.verify(await signed('POST', path, 'one')), undefined);
    assert.equal(long.verify(await signed('POST', path, 'two')), undefined);
    now += 24 * 60 * 60_000;
    assert.equal(long.verify(await signed('POST', path, 'three', { at: now })), undefined);
  });

  const tampered: Record<string, (request: SignedRequest) => SignedRequest> = {
    'another body': (request) => ({ ...request, payloadHash: sha256('other') }),
    'another path': (request) => ({ ...request, url: request.url.replace('L0SM', 'L0SN') }),
    'a path outside of the signed one': (request) => ({ ...request, url: `/prod/..${request.url}/..` }),
    'another method': (request) => ({ ...request, method: 'DELETE' }),
    'an added parameter': (request) => ({ ...request, url: `${request.url}?x=1` }),
    'another host': (request) => ({ ...request, headers: { ...request.headers, host: 'example.com' } }),
  };
  for (const [name, tamper] of Object.entries(tampered)) {
    test(`${name} → InvalidSignatureException`, async () => {
      const request = tamper(await signed('POST', path, 'hello'));
      assert.equal(verifier().verify(request)?.errorType, 'InvalidSignatureException');
    });
  }

  test('with another secret → InvalidSignatureException', async () => {
    const request = await signed('POST', path, 'hello', { secretAccessKey: 'wrong' });
    assert.equal(verifier().verify(request)?.errorType, 'InvalidSignatureException');
  });

  test('with another access key id → UnrecognizedClientException', async () => {
    const request = await signed('POST', path, 'hello', { accessKeyId: 'SOMEBODY' });
    assert.equal(verifier().verify(request)?.errorType, 'UnrecognizedClientException');
  });

  for (const scope of [{ region: 'eu-west-3' }, { service: 's3' }]) {
    test(`for ${JSON.stringify(scope)} → InvalidSignatureException`, async () => {
      const request = await signed('POST', path, 'hello', scope);
      assert.equal(verifier().verify(request)?.errorType, 'InvalidSignatureException');
    });
  }

  for (const direction of [-1, 1]) {
    test(`may be off by the skew but no more (${direction})`, async () => {
      const within = await signed('POST', path, 'hello', { at: NOW + direction * SKEW });
      const beyond = await signed('POST', path, 'hello', { at: NOW + direction * (SKEW + 1000) });
      assert.equal(verifier().verify(within), undefined);
      assert.equal(verifier().verify(beyond)?.errorType, 'InvalidSignatureException');
    });
  }
});

describe('a request without a usable signature', () => {
  const request: SignedRequest = { method: 'GET', url: '/', headers: { host: 'a' }, payloadHash: sha256('') };

  test('no Authorization → MissingAuthenticationTokenException', () => {
    assert.equal(verifier().verify(request)?.errorType, 'MissingAuthenticationTokenException');
  });

  for (const authorization of [
    'Bearer x',
    'AWS4-HMAC-SHA256 nonsense',
    'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request',
  ]) {
    test(`${authorization} → IncompleteSignatureException`, () => {
      const headers = { ...request.headers, authorization, 'x-amz-date': '20261123T120000Z' };
      assert.equal(verifier().verify({ ...request, headers })?.errorType, 'IncompleteSignatureException');
    });
  }

  test('an impossible date → IncompleteSignatureException', async () => {
    const good = await signed('GET', '/', '');
    const headers = { ...good.headers, 'x-amz-date': '20261399T996199Z' };
    assert.equal(verifier().verify({ ...good, headers })?.errorType, 'IncompleteSignatureException');
  });

  test('a good signature over too few headers → InvalidSignatureException', () => {
    const date = '20261123T120000Z';
    const scope = '20261123/us-east-1/execute-api/aws4_request';
    const canonical = ['GET', '/', '', `x-amz-date:${date}\n`, 'x-amz-date', sha256('')].join('\n');
    const key = [`20261123`, 'us-east-1', 'execute-api', 'aws4_request'].reduce<string | Buffer>(
      (parent, part) => hmac(parent, part),
      `AWS4${CREDENTIALS.secretAccessKey}`,
    );
    const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString(
      'hex',
    );
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=x-amz-date, Signature=${signature}`;
    const headers = { host: 'a', 'x-amz-date': date, authorization };
    assert.equal(verifier().verify({ ...request, headers })?.errorType, 'InvalidSignatureException');
  });
});

function options() {
  return {
    credentials: CREDENTIALS,
    region: 'us-east-1',
    service: 'execute-api',
    skew: SKEW,
    now: () => NOW,
  };
}

function verifier(): SignatureVerifier {
  return new SignatureVerifier(options());
}

interface SigningOptions {
  accessKeyId?: string;
  secretAccessKey?: string;
  region?: string;
  service?: string;
  at?: number;
  query?: Record<string, string>;
}

async function signed(
  method: string,
  path: string,
  body: string,
  signing: SigningOptions = {},
): Promise<SignedRequest> {
  const { at = NOW, query, region = 'us-east-1', service = 'execute-api', ...keys } = signing;
  const signer = new SignatureV4({
    credentials: { ...CREDENTIALS, ...keys },
    region,
    service,
    sha256: Sha256,
  });
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    body,
    headers: { host: '127.0.0.1:4001' },
  };
  const { headers } = await signer.sign({ ...request, query: query ?? {} }, { signingDate: new Date(at) });
  return { method, url: path, headers, payloadHash: sha256(body) };
}

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
