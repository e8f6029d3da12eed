/** Reads resources through the AWS APIs, of those services without a client of the SDK in this project. The emulator ignores the signature but takes service and Region from its scope. */
export interface AwsReader {
  region: string;
  /** For the SDK's clients. */
  sdk: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** An answer of the REST protocols. */
  get(service: string, path: string): Promise<Response>;
  /** An answer of the JSON protocols; `target` is `DynamoDB_20120810.DescribeTable`. */
  call<T>(service: string, target: string, input: unknown): Promise<T>;
  /** An answer of the query protocol, in XML. */
  query(service: string, parameters: Record<string, string>): Promise<string>;
}

/** @param endpoint URL of all services */
export function createAwsReader(endpoint: string, region: string): AwsReader {
  const headers = (service: string) => ({
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=emulated/20260101/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  });
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(endpoint + path, init);
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    region,
    sdk: { endpoint, region, credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } },
    get: (service, path) => ask(path, { headers: headers(service) }),
    async call(service, target, input) {
      const response = await ask('/', {
        method: 'POST',
        headers: {
          ...headers(service),
          // dynoxide accepts only this version.
          'content-type': `application/x-amz-json-${service === 'dynamodb' ? '1.0' : '1.1'}`,
          'x-amz-target': target,
        },
        body: JSON.stringify(input),
      });
      const answer = await response.text();
      return (answer === '' ? {} : JSON.parse(answer)) as never;
    },
    async query(service, parameters) {
      const response = await ask('/', {
        method: 'POST',
        headers: { ...headers(service), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(parameters).toString(),
      });
      return response.text();
    },
  };
}

/** Text of all elements of that name, in order. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(([, content]) =>
    unescapeXml(content!),
  );
}

function unescapeXml(text: string): string {
  const characters: Record<string, string> = {
    lt: '<',
    gt: '>',
    quot: '"',
    '#34': '"',
    apos: "'",
    '#39': "'",
    amp: '&',
  };
  return text.replaceAll(/&(#?\w+);/g, (entity, name: string) => characters[name] ?? entity);
}
