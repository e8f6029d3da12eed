/** Third-party JSON Resume themes: they build, run without network, count, and run no code from the résumé's text. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { parse } from 'parse5';
import { attribute, elementsOf, handlersOf, scriptText } from '../../site/builder/third-party-theme/needs.ts';
import { everyField } from '../../site/testing/every-field.ts';
import { launchChromium, missingChromium, newTab } from '../support/chromium.ts';
import { requirement, tool } from '../support/tools.ts';
import { pageSite } from './page-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const THEMES = {
  even: '0.26.1',
  elegant: '1.16.1',
  stackoverflow: '3.3.0',
  flat: '0.3.7',
  kendall: '0.2.0',
  macchiato: '1.1.0',
};

const CODE = 'window.attacked=1';

/** Each is the value of all text fields in turn. */
const ATTACKS: Record<string, string> = {
  tags: [
    `<script>${CODE}</script><img src=x onerror=${CODE}><svg onload=${CODE}>`,
    `<iframe srcdoc="<script>parent.${CODE}</script>"></iframe>`,
    `</script><script>${CODE}</script><<script>${CODE}<</script><sCrIpT/>${CODE}</ScRiPt>`,
    `<!--><img src=x onerror=${CODE}>--> &lt;script&gt;${CODE}&lt;/script&gt; &#60;img src=x onerror=${CODE}&#62;`,
  ].join(' '),
  quotes: ['"', "'"]
    .map((quote) => {
      const attributes = ['onfocus', 'onmouseover', 'onload'].map(
        (name) => `${name}=${quote}${CODE}${quote}`,
      );
      return `x${quote} autofocus tabindex=0 ${attributes.join(' ')} x=${quote}`;
    })
    .join(' '),
  'scripts and Markdown': `[x](javascript:${CODE}) ![x](x"onerror="${CODE}) <javascript:${CODE}> ";${CODE};" ';${CODE};' \`;${CODE};\` \\";${CODE};//`,
};
const URL_ATTACK = `javascript:${CODE}`;

describe('third-party themes', { skip: missingChromium() }, () => {
  let browser: Browser;
  const folder = temporaryFolder();
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
  });

  /** Skips the test where the theme cannot be fetched. */
  async function fetchTheme(
    context: TestContext,
    name: string,
    version: string,
  ): Promise<string | undefined> {
    const fetched = await tool(`jsonresume-theme-${name}`, version).catch(() => undefined);
    const what = `jsonresume-theme-${name} ${version}`;
    const missing = requirement({
      what,
      found: fetched !== undefined,
      install: 'connect to the npm registry',
    });
    if (missing) context.skip(missing);
    return fetched;
  }

  for (const [name, version] of Object.entries(THEMES)) {
    test(`${name} runs under its policy, and the counter counts`, async (context) => {
      const theme = await fetchTheme(context, name, version);
      if (!theme) return;
      const site = await pageSite({ resumeFile: 'test/fixtures/resumes/sample.json', theme });
      context.after(() => site.close());
      site.answer({ count: 42, viewers: 2, rev: 1 });
      const page = await newTab(browser);
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
      assert.doesNotMatch(reported, /turns text of the résumé into code/);
      // Missing files of the theme are reported by the build and blocked.
      assert.deepEqual(
        violations.filter((text) => !/override\.css|holder\.js/.test(text)),
        [],
      );
      await page.close();
    });

    for (const [attack, text] of Object.entries(ATTACKS)) {
      test(`${name} runs no code from text with ${attack}`, async (context) => {
        const theme = await fetchTheme(context, name, version);
        if (!theme) return;
        const resumeFile = join(folder, 'resume.json');
        await writeFile(resumeFile, JSON.stringify(hostileResume(text)));
        const site = await pageSite({ resumeFile, theme });
        context.after(() => site.close());
        const html = await (await fetch(site.url)).text();
        for (const element of elementsOf(parse(html))) {
          assert.ok(!handlersOf(element).some((value) => value.includes(CODE)), 'a handler');
          const isData = /json/.test(attribute(element, 'type') ?? '');
          assert.ok(
            element.tagName !== 'script' || isData || !scriptText(element).includes(CODE),
            'a script',
          );
        }
        const page = await newTab(browser);
        await page.route(
          (url) => !url.href.startsWith(site.url),
          (route) => route.abort(),
        );
        await page.goto(site.url);
        await page.waitForSelector('[data-counter-state]', { state: 'attached' });
        // Whatever waits for the pointer, the focus or a click gets it.
        await page.evaluate(() => {
          for (const element of document.querySelectorAll<HTMLElement>('body *')) {
            element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
            element.focus?.();
            if (element.matches('a[href^="javascript"]')) element.click();
          }
        });
        assert.equal(await page.evaluate('window.attacked'), undefined);
        await page.close();
      });
    }
  }
});

/** Every field of the schema holds the attack. Dates stay, because themes fail on invalid ones. */
function hostileResume(text: string): unknown {
  return JSON.parse(
    JSON.stringify(everyField(), (_key, value: unknown) => {
      if (typeof value !== 'string') return value;
      if (value.startsWith('Value')) return text;
      return value.startsWith('https://') ? URL_ATTACK : value;
    }),
  );
}
