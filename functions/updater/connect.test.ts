import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SMOKE_VISIT_ID } from '../../contract/visit.ts';
import { ORIGIN_SECRET, webSocketEvent } from '../../test/support/websocket-events.ts';
import type { NewConnection } from './count-visit.ts';
import { connect } from './connect.ts';

const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const HEADLESS = BROWSER.replace('Chrome', 'HeadlessChrome');
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const BINGBOT = `Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) ${HEADLESS}`;
const NEXT_SECRET = 'the-secret-of-the-next-rotation-0123456789';
const VISIT = '0a2c7a0e-6f0a-4f6e-9d49-1f0e6c2f7b11';
const LINK = 'acme-platform-team-7f3kq2ma';
const PLAIN: NewConnection = {
  connectionId: 'C1=',
  kind: 'plain',
  visitId: 'C1=',
  countsAs: 'visit',
  linkId: undefined,
  edition: undefined,
};

async function connecting(overrides: Parameters<typeof webSocketEvent>[1]) {
  const accepted: NewConnection[] = [];
  const disconnected: string[] = [];
  const result = await connect(webSocketEvent('$connect', { connectionId: 'C1=', ...overrides }), {
    originSecrets: [ORIGIN_SECRET, NEXT_SECRET],
    allowedOrigins: new Set(['https://example.com']),
    editions: new Set(['de']),
    rateLimit: {
      isOver: (viewer) => viewer === '203.0.113.13',
      check: async (viewer) => viewer !== '203.0.113.12',
    },
    accept: async (newcomer) => {
      accepted.push(newcomer);
      return 'counted';
    },
    disconnect: async (connectionId) => void disconnected.push(connectionId),
  });
  return { statusCode: result.statusCode, accepted, disconnected };
}

test('a page of an allowed origin is accepted under its visit id', async () => {
  const { statusCode, accepted } = await connecting({
    headers: { Origin: 'https://example.com', 'User-Agent': BROWSER },
    query: { visit: VISIT },
  });
  assert.equal(statusCode, 200);
  assert.deepEqual(accepted, [{ ...PLAIN, kind: 'page', visitId: VISIT }]);
});

test('a plain client without a visit id counts as a visit of its own', async () => {
  const { accepted } = await connecting({ headers: { Host: 'localhost' } });
  assert.deepEqual(accepted, [PLAIN]);
});

test('rejects a page of another origin with 403 and stores nothing', async () => {
  for (const name of ['Origin', 'origin', 'ORIGIN']) {
    const { statusCode, accepted } = await connecting({
      headers: { [name]: 'https://evil.example' },
      query: { visit: VISIT },
    });
    assert.equal(statusCode, 403);
    assert.deepEqual(accepted, []);
  }
});

test('rejects an invalid visit id with 400', async () => {
  for (const visit of ['', 'short', 'x'.repeat(65), 'with space', '../../etc', 'visit#1234']) {
    const { statusCode, accepted } = await connecting({ query: { visit } });
    assert.equal(statusCode, 400, visit);
    assert.deepEqual(accepted, []);
  }
});

for (const [what, userAgent, query, countsAs] of [
  ['a page', BROWSER, {}, 'visit'],
  ['its owner', BROWSER, { me: '1' }, 'own'],
  ['its owner, testing a link', BROWSER, { me: '1', for: LINK }, 'own'],
  ['a page that was unmarked', BROWSER, { me: 'no' }, 'visit'],
  ['a headless browser', HEADLESS, {}, 'visit'],
  ['a client without a user agent', undefined, {}, 'visit'],
  ['a declared bot', GOOGLEBOT, { me: '1' }, 'bot'],
  ['a crawler in a headless browser', BINGBOT, {}, 'bot'],
  ['Lighthouse', `${HEADLESS} Chrome-Lighthouse`, {}, 'bot'],
  ['curl', 'curl/8.5.0', {}, 'bot'],
  ['the smoke test', BROWSER, { visit: SMOKE_VISIT_ID, me: '1' }, undefined],
] as const)
  test(`${what} counts as ${countsAs ?? 'nothing'}`, async () => {
    const { statusCode, accepted } = await connecting({
      headers: { ...(userAgent && { 'User-Agent': userAgent }) },
      query: { visit: VISIT, ...query },
    });
    assert.deepEqual([statusCode, accepted[0]?.countsAs], [200, countsAs]);
  });

for (const [parameter, value, accepted] of [
  ['for', LINK, true],
  ['for', 'a-7f3kq2ma', true],
  ['for', `${'a'.repeat(40)}-7f3kq2ma`, true],
  ['for', `${'a'.repeat(41)}-7f3kq2ma`, false],
  ['for', 'acme', false],
  ['for', '-7f3kq2ma', false],
  ['for', 'acme-7F3KQ2MA', false],
  ['for', `${LINK}\n`, false],
  ['for', `link#${LINK}`, false],
  ['for', '<script>alert(1)</script>-7f3kq2ma', false],
  ['for', '', false],
  ['edition', 'de', true],
  ['edition', 'invented', false],
  ['edition', '__proto__', false],
] as const)
  test(`${parameter}=${JSON.stringify(value)} is ${accepted ? 'passed on' : 'simply a visit'}`, async () => {
    const { statusCode, accepted: connections } = await connecting({
      query: { visit: VISIT, [parameter]: value },
    });
    const expected = { [parameter === 'for' ? 'linkId' : parameter]: accepted ? value : undefined };
    assert.equal(statusCode, 200);
    assert.deepEqual(connections, [{ ...PLAIN, kind: 'page', visitId: VISIT, ...expected }]);
  });

test('rejects an address that has opened too many connections with 429', async () => {
  const { statusCode, accepted } = await connecting({ viewer: '203.0.113.13' });
  assert.equal(statusCode, 429);
  assert.deepEqual(accepted, []);
  // The check runs in parallel with counting the visit.
  const first = await connecting({ viewer: '203.0.113.12' });
  assert.deepEqual([first.statusCode, first.accepted.length, first.disconnected], [429, 1, ['C1=']]);
});

for (const [what, originSecret, expected] of [
  ['the current secret', ORIGIN_SECRET, 200],
  ['the next secret', NEXT_SECRET, 200],
  ['no secret', null, 403],
  ['an empty secret', '', 403],
  ['a wrong secret', `${ORIGIN_SECRET}x`, 403],
] as const)
  test(`answers ${expected} to a handshake with ${what}`, async () => {
    const { statusCode, accepted } = await connecting({ originSecret });
    assert.equal(statusCode, expected);
    assert.equal(accepted.length, expected === 200 ? 1 : 0);
  });

for (const forged of ['198.51.100.1', '198.51.100.1, 198.51.100.2', ', ,', 'x'.repeat(1_000)])
  test(`X-Forwarded-For: ${forged.slice(0, 30)} does not change the viewer's address`, async () => {
    const headers = { 'X-Forwarded-For': forged };
    assert.equal((await connecting({ viewer: '203.0.113.13', headers })).statusCode, 429);
    assert.equal((await connecting({ viewer: '203.0.113.14', headers })).statusCode, 200);
  });
