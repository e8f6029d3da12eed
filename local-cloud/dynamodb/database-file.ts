/** Tells dynoxide's database from any other file: dynoxide itself would add its tables to somebody else's SQLite database. */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DynamoDBError } from './errors.ts';

/** sqlite.org/fileformat.html: every database begins with this text; page 1 holds the schema after a header of 100 bytes. */
const SQLITE_MAGIC = Buffer.from('SQLite format 3\0');
const SCHEMA_PAGE_TYPE = 100;
const SCHEMA_CELL_COUNT = 103;
const LEAF_PAGE = 0x0d;
/** One of dynoxide's own tables, made when the file is, so its definition stands near the beginning. */
const SIGN = 'CREATE TABLE _stream_records';
const SEARCHED_BYTES = 1024 * 1024;

/**
 * Passes when there is no file, an empty one, or dynoxide's.
 * @throws {DynamoDBError} DatabaseFileForeign, DataDirectoryUnusable
 */
export function checkDatabaseFile(path: string): void {
  const head = readHead(path);
  if (head === undefined || head.length === 0) return;
  if (!head.subarray(0, SQLITE_MAGIC.length).equals(SQLITE_MAGIC)) throw foreign(path, 'is not a database');
  // A file whose first writes were cut off: the definitions may stand in the write-ahead log only, or nowhere yet.
  const isBlank = head[SCHEMA_PAGE_TYPE] === LEAF_PAGE && head.readUInt16BE(SCHEMA_CELL_COUNT) === 0;
  if (isBlank || head.includes(SIGN) || readHead(`${path}-wal`)?.includes(SIGN)) return;
  throw foreign(path, 'is the database of another program');
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
    if (!fstatSync(file).isFile()) throw foreign(path, 'is not a file');
    accessSync(path, constants.R_OK | constants.W_OK);
    const head = Buffer.alloc(Math.min(fstatSync(file).size, SEARCHED_BYTES));
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } catch (error) {
    throw error instanceof DynamoDBError ? error : unusable(path, error as NodeJS.ErrnoException);
  } finally {
    closeSync(file);
  }
}

function foreign(path: string, what: string): DynamoDBError {
  return new DynamoDBError(
    'DatabaseFileForeign',
    `${path} ${what}, so the counter cannot be kept in it. It was left as it is.`,
    'Move that file away, or choose another data folder: npm start -- --data <folder>',
  );
}

function unusable(path: string, error: NodeJS.ErrnoException): DynamoDBError {
  return new DynamoDBError(
    'DataDirectoryUnusable',
    `The database file ${path} cannot be read and written (${error.code ?? error.message}).`,
    'Make the file yours, or choose another data folder: npm start -- --data <folder>',
  );
}
