/** `npm run link` against an idle data folder; test/e2e/links.test.ts has it next to a running server. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { SERVED_SITE_FILE } from '../local/counter.ts';
import { command } from '../../test/support/command.ts';

const data = temporaryFolder();
const link = (...args: string[]) => command('link', ...args, '--data', data);

test('creates, lists and removes links of a server that is not running', async () => {
  const created = await link('Acme, platform team');
  assert.match(created, /\nhttp:\/\/localhost:4000\/\?for=acme-platform-team-[a-z2-7]{8}\n$/);
  const site = { url: 'https://resume.example/', pages: ['de', 'how'] };
  await writeFile(join(data, SERVED_SITE_FILE), JSON.stringify(site));
  assert.match(
    await link('Müller', '--edition', 'de'),
    /\nhttps:\/\/resume\.example\/de\?for=muller-[a-z2-7]{8}\n$/,
  );
  const list = await link('--list');
  assert.match(
    list,
    /^Acme, platform team: 0 visits\n {2}https:\/\/resume\.example\/\?for=acme-\S+\nMüller: 0 visits\n/,
  );
  const [url] = /https:\S+/.exec(list)!;
  assert.match(
    await link('--remove', url),
    /^Removed acme-platform-team-\w+\. Its URL still opens your résumé/,
  );
  await assert.rejects(link('--remove', url), { name: 'UserError', message: /has no link acme-/ });
  assert.match(await link('--list'), /^Müller/);
});

for (const [what, args, expected] of [
  ['nothing to do', [], /Give a label, --list or --remove\./],
  ['two things to do', ['Acme', '--list'], /Give a label, --list or --remove\./],
  ['an empty label', [''], /"" cannot be a link's label\./],
  ['a misspelt page', ['Acme', '--edition', 'dee'], /The site has no page \/dee for links\./],
  ['a page that takes no links', ['Acme', '--edition', 'how'], /The site has no page \/how for links\./],
  ['something that is no link', ['--remove', 'Acme'], /"Acme" is neither a counted link nor the id of one\./],
] as const)
  test(`rejects ${what}`, () => assert.rejects(link(...args), { name: 'UserError', message: expected }));
