import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeclaredBot } from './connect.ts';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const HEADLESS = CHROME.replace('Chrome', 'HeadlessChrome');

for (const [userAgent, expected] of [
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME}`, false],
  [`Mozilla/5.0 (X11; Linux x86_64) ${HEADLESS}`, false],
  [undefined, false],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', true],
  [`Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) ${HEADLESS}`, true],
  [`Mozilla/5.0 (X11; Linux x86_64) ${HEADLESS} Chrome-Lighthouse`, true],
  ['curl/8.5.0', true],
] as const) {
  test(`${userAgent ?? 'no user agent'} ${expected ? 'is' : 'is not'} a declared bot`, () => {
    assert.equal(isDeclaredBot(userAgent), expected);
  });
}
