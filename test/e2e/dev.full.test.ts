/** `npm run dev` in a real browser: a saved change appears; a mistake is reported while the last good page stays. */
import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { dataFolder, startServer, type RunningServer } from '../support/server.ts';

const options = { skip: missingChromium() };
let data: Awaited<ReturnType<typeof dataFolder>>;
let resume: string;
let server: RunningServer;
let browser: Browser;

before(async () => {
  if (options.skip) return;
  data = await dataFolder();
  resume = join(data.path, 'resume.json');
  await copyFile('test/fixtures/resumes/engineer.json', resume);
  [server, browser] = await Promise.all([
    startServer(join(data.path, 'data'), ['--resume', resume], { command: 'dev' }),
    launchChromium(),
  ]);
});
after(async () => {
  await browser?.close();
  await server?.kill();
  await data?.remove();
});

test('an open page shows each saved version, also after a mistake in between', options, async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const good = await readFile(resume, 'utf8');
  const { basics } = JSON.parse(good) as { basics: { name: string } };
  const named = (name: string) => good.replace(JSON.stringify(basics.name), JSON.stringify(name));

  const complaint = server.says(/The last good site is still served/);
  await writeFile(resume, '{ "basics": ');
  await complaint;
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), basics.name);

  await writeFile(resume, named('Ada Lovelace'));
  await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
});
