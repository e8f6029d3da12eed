/** Third-party JSON Resume themes: build, open without network, count. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { tool } from '../support/tools.ts';
import { pageSite } from './page-site.ts';

const THEMES = {
  even: '0.26.1',
  elegant: '1.16.1',
  stackoverflow: '3.3.0',
  flat: '0.3.7',
  kendall: '0.2.0',
  macchiato: '1.1.0',
};

describe('third-party themes', { skip: missingChromium() }, () => {
  let browser: Browser;
  before(async () => void (browser = await launchChromium()));
  after(() => browser.close());

  for (const [name, version] of Object.entries(THEMES)) {
    test(`${name} runs under its policy, and the counter counts`, async () => {
      const theme = await tool(`jsonresume-theme-${name}`, version);
      const site = await pageSite({ resumeFile: 'test/fixtures/resumes/sample.json', theme });
      site.answer({ count: 42, viewers: 2, rev: 1 });
      const context = await browser.newContext();
      const page = await context.newPage();
      const reported = site.warnings.join(' ');
      const unreported: string[] = [];
      const violations: string[] = [];
      await page.route(
        (url) => !url.href.startsWith(site.url),
        (route) => {
          if (!reported.includes(new URL(route.request().url()).host)) unreported.push(route.request().url());
          return route.abort();
        },
      );
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) violations.push(message.text());
      });
      await page.goto(site.url);
      await page.waitForSelector('[data-counter-state=live]');
      assert.equal(await page.locator('[data-counter=visits]').textContent(), '42');
      assert.match((await page.locator('body').textContent())!, /Richard Hendriks/i);
      assert.deepEqual(unreported, []);
      // Missing files of the theme are reported by the build and blocked.
      assert.deepEqual(
        violations.filter((text) => !/override\.css|holder\.js/.test(text)),
        [],
      );
      await context.close();
      await site.close();
    });
  }
});
