import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serveHttp } from '../../test/support/http-server.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { checkDomain } from './hosted-zone.ts';

const PUBLIC = 'Z0PUBLIC';
const PRIVATE = 'Z0PRIVATE';

describe('the domain and its zone', () => {
  let close: () => void;
  before(async () => {
    // Route 53's answers, in the form of its API of 2013-04-01: the real client reads them.
    const route53 = await serveHttp(({ url = '' }, response) => {
      const id = /\/hostedzone\/(\w+)/.exec(url)?.[1];
      const [status, body] = answer(id);
      response.writeHead(status, { 'content-type': 'text/xml' }).end(`<?xml version="1.0"?>\n${body}`);
    });
    close = route53.close;
    process.env['AWS_ENDPOINT_URL_ROUTE_53'] = route53.url;
    process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'emulated';
  });
  after(() => close());

  const check = async (settings: Record<string, string>, resolve = async () => ['NS-1.AWSDNS.example.']) => {
    const variables = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`CLOUD_RESUME_${key}`, value]),
    );
    return checkDomain(
      await loadConfiguration({ file: 'test/fixtures/cloud-resume.json', variables }),
      resolve,
    );
  };
  const refused = async (...args: Parameters<typeof check>): Promise<UserError> => {
    const error: unknown = await check(...args).then(
      (line) => assert.fail(String(line)),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    return error;
  };
  const unknown = (code: string) => async () => Promise.reject(Object.assign(new Error(code), { code }));

  test('no domain needs no zone', async () => assert.equal(await check({}), undefined));

  test('accepts a domain in its delegated zone', async () => {
    const line = await check({ DOMAIN: 'cv.example.com', HOSTED_ZONE_ID: PUBLIC });
    assert.equal(line, `cv.example.com is in the hosted zone example.com (${PUBLIC})`);
  });

  test('names the matching zone if the configured one does not exist', async () => {
    const error = await refused({ DOMAIN: 'example.com', HOSTED_ZONE_ID: 'Z0NOWHERE' });
    assert.match(error.message, /no hosted zone Z0NOWHERE/);
    assert.match(error.remedy, new RegExp(`example\\.com has the zone ${PUBLIC}`));
  });

  test('rejects a domain outside the zone, also one with the same ending', async () => {
    const error = await refused({ DOMAIN: 'my-example.com', HOSTED_ZONE_ID: PUBLIC });
    assert.match(error.message, /my-example\.com is not in the hosted zone/);
    const more = { DOMAIN: 'example.com', ADDITIONAL_DOMAINS: 'example.org', HOSTED_ZONE_ID: PUBLIC };
    assert.match((await refused(more)).message, /example\.org is not in/);
  });

  test('rejects a private zone', async () => {
    assert.match(
      (await refused({ DOMAIN: 'example.com', HOSTED_ZONE_ID: PRIVATE })).message,
      /is private: it is visible only/,
    );
  });

  test('rejects a zone that public DNS does not delegate to', async () => {
    const settings = { DOMAIN: 'example.com', HOSTED_ZONE_ID: PUBLIC };
    const elsewhere = await refused(settings, async () => ['ns1.registrar.example']);
    assert.match(elsewhere.message, /Public DNS sends queries for example\.com to ns1\.registrar\.example/);
    assert.match(elsewhere.remedy, /set the name servers to ns-1\.awsdns\.example, ns-2\.awsdns\.example/);
    assert.match((await refused(settings, unknown('ENOTFOUND'))).message, /Public DNS does not know/);
  });

  test('passes if public DNS cannot be reached', async () => {
    const settings = { DOMAIN: 'example.com', HOSTED_ZONE_ID: PUBLIC };
    assert.ok(await check(settings, unknown('ETIMEOUT')));
  });

  test('suggests a matching zone, or says that DNS is elsewhere', async () => {
    assert.match(
      (await check({ DOMAIN: 'cv.example.com' }))!,
      new RegExp(`set hostedZoneId in .* to ${PUBLIC}`),
    );
    assert.match(
      (await check({ DOMAIN: 'example.net' }))!,
      /top of its zone.*ALIAS or ANAME.*www\.example\.net/,
    );
    const below = (await check({ DOMAIN: 'cv.example.net' }, unknown('ENODATA')))!;
    assert.match(below, /DNS is elsewhere/);
    assert.doesNotMatch(below, /ALIAS/);
  });
});

function zone(id: string): string {
  return `<HostedZone><Id>/hostedzone/${id}</Id><Name>example.com.</Name><CallerReference>x</CallerReference>
    <Config><PrivateZone>${id === PRIVATE}</PrivateZone></Config></HostedZone>`;
}

function answer(id: string | undefined): [number, string] {
  if (id === undefined) {
    return [
      200,
      `<ListHostedZonesResponse><HostedZones>${zone(PUBLIC)}${zone(PRIVATE)}</HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesResponse>`,
    ];
  }
  if (id !== PUBLIC && id !== PRIVATE) {
    return [
      404,
      `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code><Message>No hosted zone found with ID: ${id}</Message></Error></ErrorResponse>`,
    ];
  }
  return [
    200,
    `<GetHostedZoneResponse>${zone(id)}<DelegationSet><NameServers><NameServer>ns-1.awsdns.example</NameServer><NameServer>ns-2.awsdns.example</NameServer></NameServers></DelegationSet></GetHostedZoneResponse>`,
  ];
}
