/** `npm run dev` in a real browser: a saved change appears; a mistake is reported while the last good page stays. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingChromium } from '../support/chromium.ts';
import { startedSite } from './started-site.ts';

const options = { skip: missingChromium() };
/** Beside the database: the folder of a résumé is watched. */
const ownersFolder = (data: string) => join(data, 'owner');
const site = startedSite(
  async (data) => {
    const resume = join(ownersFolder(data), 'resume.json');
    await mkdir(ownersFolder(data));
    await copyFile('test/fixtures/resumes/engineer.json', resume);
    return ['--resume', resume];
  },
  { command: 'dev' },
);

test('an open page shows each saved version, also after a mistake in between', options, async () => {
  const { browser, server } = site;
  const folder = ownersFolder(site.data);
  const resume = join(folder, 'resume.json');
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const good = await readFile(resume, 'utf8');
  const { basics } = JSON.parse(good) as { basics: { name: string } };
  const named = (name: string) => good.replace(JSON.stringify(basics.name), JSON.stringify(name));

  const complaint = server.says(/The last good site is still served/);
  await writeFile(resume, '{ "basics": ');
  await complaint;
  // The page says what is wrong, over the last good content.
  await page
    .getByRole('alert')
    .filter({ hasText: /resume\.json:1/ })
    .waitFor();
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), basics.name);

  await writeFile(resume, named('Ada Lovelace'));
  await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
  assert.equal(await page.getByRole('alert').count(), 0);

  const accent = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'));
  await writeFile(join(folder, 'theme.css'), ':root { --accent: #ddd }');
  await page
    .getByRole('alert')
    .filter({ hasText: /theme\.css:1: --accent is #dddddd/ })
    .waitFor();
  await writeFile(join(folder, 'theme.css'), ':root { --accent: light-dark(#7a1f1f, #f0a0a0) }');
  await page.waitForFunction(() => !document.querySelector('[role=alert]'));
  assert.match(await accent(), /7a1f1f/);
});
