/** Protects other programs' files: dynoxide would add its tables to any SQLite database. */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '../../shared/user-error.ts';

/** sqlite.org/fileformat.html: a database begins with this text. Page 1 holds the schema after a header of 100 bytes. */
const SQLITE_MAGIC = Buffer.from('SQLite format 3\0');
const SCHEMA_PAGE_TYPE = 100;
const SCHEMA_CELL_COUNT = 103;
const LEAF_PAGE = 0x0d;
/** dynoxide creates this table together with the file, so its definition is near the start. */
const DYNOXIDE_TABLE = 'CREATE TABLE _stream_records';
const SEARCHED_BYTES = 1024 * 1024;

/** @throws {UserError} if the file is neither missing, empty nor dynoxide's, or cannot be read and written */
export function checkDatabaseFile(path: string): void {
  const head = readHead(path);
  if (head === undefined || head.length === 0) return;
  if (!head.subarray(0, SQLITE_MAGIC.length).equals(SQLITE_MAGIC)) throw notOurs(path, 'is not a database');
  // If the first writes were cut off, the definitions may be only in the write-ahead log, or nowhere yet.
  const isBlank = head[SCHEMA_PAGE_TYPE] === LEAF_PAGE && head.readUInt16BE(SCHEMA_CELL_COUNT) === 0;
  if (isBlank || head.includes(DYNOXIDE_TABLE) || readHead(`${path}-wal`)?.includes(DYNOXIDE_TABLE)) return;
  throw notOurs(path, 'is the database of another program');
}

function readHead(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(path, error as NodeJS.ErrnoException);
  }
  try {
    if (!fstatSync(file).isFile()) throw notOurs(path, 'is not a file');
    accessSync(path, constants.R_OK | constants.W_OK);
    const head = Buffer.alloc(Math.min(fstatSync(file).size, SEARCHED_BYTES));
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } catch (error) {
    throw error instanceof UserError ? error : unusable(path, error as NodeJS.ErrnoException);
  } finally {
    closeSync(file);
  }
}

function notOurs(path: string, what: string): UserError {
  return new UserError(
    `${path} ${what}, so it cannot hold the counter. It was not changed.`,
    'Move that file away, or choose another data folder: --data <folder>',
  );
}

function unusable(path: string, error: NodeJS.ErrnoException): UserError {
  return new UserError(
    `The database file ${path} cannot be read and written (${error.code ?? error.message}).`,
    'Give yourself access to the file, or choose another data folder: --data <folder>',
  );
}
