import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isOlder } from '../configuration/version.ts';
import { checkVersions, MIGRATIONS, type Migration } from './versions.ts';

const migrations: Migration[] = [
  { version: '1.1.0', changes: 'logs move.' },
  { version: '1.2.0', changes: 'the count moves.', isRequired: true },
  { version: '1.4.0', changes: 'new alarms.' },
];

for (const [deployed, version, lines] of [
  [undefined, '1.0.0', []],
  ['1.0.0', '1.0.0', []],
  ['1.0.0', '1.2.0', ['New in 1.1.0: logs move.', 'New in 1.2.0: the count moves.']],
  ['1.2.0', '1.5.0', ['New in 1.4.0: new alarms.']],
  ['1.4.0', '1.3.0', []],
] as const)
  test(`from ${deployed ?? 'a deploy without a version'} to ${version}, says what changes`, () =>
    assert.deepEqual(checkVersions(deployed, version, migrations), lines));

for (const [deployed, version, remedy] of [
  ['1.1.9', '1.3.0', /npm install cloud-resume@1\.2\.0 and npm run deploy/],
  [undefined, '2.0.0', /cloud-resume@1\.2\.0/],
  ['2.0.0', '1.9.0', /cloud-resume@2\.0\.0 or newer/],
  ['0.3.0', '0.2.9', /cloud-resume@0\.3\.0 or newer/],
] as const)
  test(`refuses to go from ${deployed ?? 'a deploy without a version'} to ${version}`, () =>
    assert.throws(() => checkVersions(deployed, version, migrations), { name: 'UserError', remedy }));

test('compares versions by their numbers; a pre-release counts as the release that it leads to', () => {
  for (const [version, than] of [
    ['1.9.8', '1.11.0'],
    ['1.10.9', '1.11.0'],
    ['1.11.4', '2.0.0'],
  ] as const)
    assert.deepEqual([isOlder(version, than), isOlder(than, version)], [true, false], version);
  assert.equal(isOlder('1.11.0-rc1', '1.11.0'), false);
});

test('the table is in order and ends with this version at the latest', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const versions = [...MIGRATIONS.map((migration) => migration.version), version];
  versions.slice(1).forEach((next, index) => assert.ok(!isOlder(next, versions[index]!), next));
});
