/** One set-up at a time: two scripts started together must not both rebuild node_modules. */
import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';

const POLL_MS = 200;
const OWNER_WRITES_WITHIN_MS = 5000;
const PATIENCE_MS = 10 * 60 * 1000;

/**
 * Runs `action` while holding the lock: a folder, since making one either succeeds or finds it there. Waits while another living
 * process holds it; takes over what a killed one has left.
 */
export async function withLock(folder, say, action) {
  mkdirSync(dirname(folder), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  let announced = false;
  while (!take(folder)) {
    const owner = ownerOf(folder);
    if (owner === undefined) {
      discard(folder);
      continue;
    }
    if (Date.now() > deadline)
      throw new Error(
        `Another set-up (process ${owner}) has been at work for ten minutes.\nStop it, remove ${folder}, then try again.`,
      );
    if (!announced) say(`Another set-up (process ${owner}) is at work; waiting for it …`);
    announced = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await action();
  } finally {
    release(folder);
  }
}

function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Error(
      `${folder} cannot be made (${error.code}).\nMake this folder your own, then run the same command again.`,
    );
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  return true;
}

/** @returns {number | '?' | undefined} the living owner; '?' while it has not signed yet; undefined when there is none. */
function ownerOf(folder) {
  try {
    const pid = parseInt(readFileSync(join(folder, 'pid'), 'utf8'), 10);
    return pid > 0 && isAlive(pid) ? pid : undefined;
  } catch {
    return ageOf(folder) < OWNER_WRITES_WITHIN_MS ? '?' : undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ageOf(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}

/** Moves a dead owner's lock away first, so that of two that found it dead only one removes it. */
function discard(folder) {
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
    release(aside);
  } catch {
    // Another one was faster.
  }
}

function release(folder) {
  try {
    unlinkSync(join(folder, 'pid'));
  } catch {
    // It was never signed.
  }
  rmdirSync(folder);
}
