/** Counted links and own visits end to end: the command, real browser windows, the terminal. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { command } from '../support/command.ts';
import { shows } from '../support/counter-page.ts';
import { dataFolder, startServer, type RunningServer } from '../support/server.ts';

const options = { skip: missingChromium() };
const LABEL = 'Müller & <b>Söhne</b>, "platform" team';

let data: Awaited<ReturnType<typeof dataFolder>>;
let server: RunningServer;
let browser: Browser;

before(async () => {
  if (options.skip) return;
  data = await dataFolder();
  [server, browser] = await Promise.all([startServer(data.path), launchChromium()]);
});
after(async () => {
  await browser?.close();
  await server?.kill();
  await data?.remove();
});

const link = (...args: string[]) => command('link', ...args, '--data', data.path);

/** A window with its own storage, like another visitor's. */
async function open(url: string, prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  await prepare(page);
  await page.goto(url);
  return page;
}

const hiddenIs = (hidden: boolean) =>
  `Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} })`;
const note = (page: Page) => page.locator('[data-counted-link]');
const visitsOf = async () => /: (\d+) visits?/.exec(await link('--list'))?.[1];

test('a counted link, from its creation to its removal', options, async () => {
  const created = await link(LABEL);
  const url = created.trimEnd().split('\n').at(-1)!;
  assert.match(url, /^http:\/\/localhost:\d+\/\?for=muller-b-sohne-b-platform-team-[a-z2-7]{8}$/);
  assert.equal(await visitsOf(), '0');

  const opened = server.says(/opened your résumé/);
  const [recruiter, other] = [await open(url), await open(server.url)];
  await shows(recruiter, 2, 2);
  await shows(other, 2, 2);
  assert.match(
    await opened,
    /^Müller & <b>Söhne<\/b>, "platform" team opened your résumé at \d\d:\d\d UTC on /,
  );
  assert.equal(recruiter.url(), server.url, 'a copied address does not spread the link');
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
  assert.equal(server.output().match(/opened your résumé/g)?.length, 1);
});

test('a link counts once its page is visible', options, async () => {
  const url = (await link('Scanned')).trimEnd().split('\n').at(-1)!;
  const other = await open(server.url);
  await shows(other, 5, 5);
  const background = await open(url, (page) => page.addInitScript(hiddenIs(true)));
  assert.equal(await note(background).isVisible(), true);
  const later = await open(server.url);
  await shows(later, 6, 6);
  assert.equal(await visitsOf(), '0');
  await background.evaluate(`${hiddenIs(false)}; document.dispatchEvent(new Event('visibilitychange'))`);
  await shows(other, 7, 7);
  assert.equal(await visitsOf(), '1');
});

test('the owner is not counted, not even through a link', options, async () => {
  const url = new URL((await link('Own test')).trimEnd().split('\n').at(-1)!);
  url.searchParams.set('me', '');
  const owner = await open(url.href);
  await shows(owner, 7, 8);
  const quiet = owner.locator('[data-not-counted]');
  assert.deepEqual([await quiet.textContent(), await quiet.isVisible()], ['not counted', true]);
  assert.deepEqual([await note(owner).isVisible(), owner.url()], [false, server.url]);
  assert.match(await link('--list'), /Own test: 0 visits/);

  const another = await owner.context().newPage();
  await another.goto(server.url);
  await shows(another, 7, 9);
  await another.close();
  const again = await owner.context().newPage();
  await again.goto(`${server.url}?me=no`);
  await shows(again, 8, 9);
  assert.equal(await again.locator('[data-not-counted]').isVisible(), false);
});
