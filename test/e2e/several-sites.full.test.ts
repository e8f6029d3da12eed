/** Several servers in one checkout: each serves the résumé it was started with, whatever the others build. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer, type RunningServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Mary Shaw'];
const data = temporaryFolder('cloud-resume-data-');
let servers: RunningServer[];

before(async () => {
  const sample = await readFile('test/fixtures/resumes/engineer.json', 'utf8');
  const { basics } = JSON.parse(sample) as { basics: { name: string } };
  servers = await Promise.all(
    NAMES.map(async (name, i) => {
      const resume = join(data, `${i}.json`);
      await writeFile(resume, sample.replaceAll(JSON.stringify(basics.name), JSON.stringify(name)));
      // npm run dev adds a script to its page.
      const command = i === 0 ? 'dev' : 'start';
      return startServer(join(data, `data-${i}`), ['--resume', resume], { command });
    }),
  );
});
after(async () => {
  await Promise.all(servers?.map((server) => server.kill()) ?? []);
});

test('each server serves its own page, whose policy allows only its own scripts', async () => {
  const pages = await Promise.all(
    servers.map(async ({ url }) => {
      const answer = await fetch(url);
      const policy = answer.headers.get('content-security-policy')!;
      const html = await answer.text();
      return {
        name: /<h1[^>]*>([^<]+)</.exec(html)?.[1],
        scripts: html.match(/<script>/g)?.length,
        allowed: /script-src ([^;]+)/.exec(policy)![1]!.split(' ').length,
      };
    }),
  );
  assert.deepEqual(
    pages,
    // The policy also allows the script of /how.
    NAMES.map((name, i) => (i === 0 ? { name, scripts: 2, allowed: 3 } : { name, scripts: 1, allowed: 2 })),
  );
});
