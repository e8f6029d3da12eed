import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { checkDatabaseFile } from './database-file.ts';

const PAGE = 4096;
describe('checkDatabaseFile', () => {
  let file: string;
  beforeEach(() => void (file = join(temporaryFolder(), 'dynamodb.sqlite')));

  it('accepts a missing file, and the empty file of an interrupted start', () => {
    checkDatabaseFile(file);
    writeFileSync(file, '');
    checkDatabaseFile(file);
  });

  it('accepts dynoxide’s database', () => {
    writeFileSync(file, sqlite(4, 'CREATE TABLE _stream_records (id INTEGER)'));
    checkDatabaseFile(file);
  });

  it('accepts a database without tables: they may be in the write-ahead log', () => {
    writeFileSync(file, sqlite(0, ''));
    checkDatabaseFile(file);
  });

  it('accepts a database whose tables are in the write-ahead log', () => {
    writeFileSync(file, sqlite(1, 'CREATE TABLE _config (key TEXT)'));
    writeFileSync(`${file}-wal`, 'CREATE TABLE _stream_records (id INTEGER)');
    checkDatabaseFile(file);
  });

  for (const [what, content] of [
    ['text', Buffer.from('my diary')],
    ['random bytes', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 37) % 256))],
    ['only SQLite’s first bytes', Buffer.from('SQLite format 3\0')],
    ['another program’s database', sqlite(1, 'CREATE TABLE bookmarks (url TEXT)')],
  ] as const)
    it(`rejects ${what} and does not change it`, () => {
      writeFileSync(file, content);

      assert.throws(() => checkDatabaseFile(file), { name: 'UserError', remedy: /--data/ });

      assert.deepEqual(readFileSync(file), content);
    });

  it('rejects a folder with the file’s name', () => {
    mkdirSync(file);
    assert.throws(() => checkDatabaseFile(file), { name: 'UserError', message: /is not a file/ });
  });
});

/** The first page of an SQLite database: the header and a schema leaf with this many definitions. */
function sqlite(definitions: number, schema: string): Buffer {
  const page = Buffer.alloc(PAGE);
  page.write('SQLite format 3\0');
  page[100] = 0x0d;
  page.writeUInt16BE(definitions, 103);
  page.write(schema, PAGE - Buffer.byteLength(schema));
  return page;
}
