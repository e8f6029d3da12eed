/** Counted links and own visits end to end: the command, a real browser, the terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { missingChromium } from '../support/chromium.ts';
import { command } from '../support/command.ts';
import { openTab, shows } from '../support/counter-page.ts';
import { startedSite } from './started-site.ts';

const options = { skip: missingChromium() };
const LABEL = 'Müller & <b>Söhne</b>, "platform" team';

const site = startedSite();

const link = (...args: string[]) => command('link', ...args, '--data', site.data);

const open = (url: string, prepare?: (page: Page) => unknown) => openTab(site.browser, url, prepare);
const hiddenIs = (hidden: boolean) =>
  `Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} })`;
const note = (page: Page) => page.locator('[data-counted-link]');
const visitsOf = async () => /: (\d+) visits?/.exec(await link('--list'))?.[1];

test('a counted link, from its creation to its removal', options, async () => {
  const created = await link(LABEL);
  const url = created.trimEnd().split('\n').at(-1)!;
  assert.match(url, /^http:\/\/localhost:\d+\/\?for=muller-b-sohne-b-platform-team-[a-z2-7]{8}$/);
  assert.equal(await visitsOf(), '0');

  const opened = site.server.says(/opened your résumé/);
  const [recruiter, other] = [await open(url), await open(site.server.url)];
  await shows(recruiter, 2, 2);
  await shows(other, 2, 2);
  assert.match(
    await opened,
    /^Müller & <b>Söhne<\/b>, "platform" team opened your résumé at \d\d:\d\d UTC on /,
  );
  assert.equal(recruiter.url(), site.server.url, 'a copied address does not spread the link');
  assert.equal(
    await note(recruiter).textContent(),
    'This link counts how often it is opened. It does not record who you are.',
  );
  assert.deepEqual([await note(recruiter).isVisible(), await note(other).isVisible()], [true, false]);

  await recruiter.reload();
  await shows(recruiter, 2, 2);
  assert.equal(await note(recruiter).isVisible(), true);
  assert.equal(await visitsOf(), '1', 'a reload is the same visit');

  await shows(await open(url), 3, 3);
  assert.equal(await visitsOf(), '2', 'two people share the link');

  await link('--remove', url);
  assert.match(await link('--list'), /has no links/);
  await recruiter.reload();
  await shows(recruiter, 3, 3);
  await shows(await open(url), 4, 4);
  assert.match(await link('--list'), /has no links/, 'a visit does not create the link again');
  assert.equal(site.server.output().match(/opened your résumé/g)?.length, 1);
});

test('a link counts once its page is visible', options, async () => {
  const url = (await link('Scanned')).trimEnd().split('\n').at(-1)!;
  const other = await open(site.server.url);
  await shows(other, 5, 5);
  const background = await open(url, (page) => page.addInitScript(hiddenIs(true)));
  assert.equal(await note(background).isVisible(), true);
  const later = await open(site.server.url);
  await shows(later, 6, 6);
  assert.equal(await visitsOf(), '0');
  await background.evaluate(`${hiddenIs(false)}; document.dispatchEvent(new Event('visibilitychange'))`);
  await shows(other, 7, 7);
  assert.equal(await visitsOf(), '1');
});

test('the owner is not counted, not even through a link', options, async () => {
  const url = new URL((await link('Own test')).trimEnd().split('\n').at(-1)!);
  url.searchParams.set('me', '');
  // The browser remembers its owner.
  const owner = await (await site.browser.newContext()).newPage();
  await owner.goto(url.href);
  await shows(owner, 7, 8);
  const quiet = owner.locator('[data-not-counted]');
  assert.deepEqual([await quiet.textContent(), await quiet.isVisible()], ['not counted', true]);
  assert.deepEqual([await note(owner).isVisible(), owner.url()], [false, site.server.url]);
  assert.match(await link('--list'), /Own test: 0 visits/);

  const another = await owner.context().newPage();
  await another.goto(site.server.url);
  await shows(another, 7, 9);
  await another.close();
  const again = await owner.context().newPage();
  await again.goto(`${site.server.url}?me=no`);
  await shows(again, 8, 9);
  assert.equal(await again.locator('[data-not-counted]').isVisible(), false);
});
