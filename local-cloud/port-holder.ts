import { join } from 'node:path';
import { isAlive, readProcess } from '../shared/process-identity.ts';
import { UserError } from '../shared/user-error.ts';

/** Long enough for a busy server, short enough for someone who waits for an error message. */
const PATIENCE_MS = 1_000;

/**
 * The error for a port that cannot be opened. It names the process if another Cloud Resume holds the port.
 * @param dataDirectory whose lock names a server that holds the port but no longer answers
 */
export async function portError(
  { host, port, dataDirectory }: { host: string; port: number; dataDirectory: string },
  { code = 'unknown reason' }: NodeJS.ErrnoException,
): Promise<UserError> {
  const another = `--port ${port < 65_535 ? port + 1 : 4000}`;
  if (code !== 'EADDRINUSE') {
    const message = `The server cannot listen on ${host}, port ${port} (${code}).`;
    return new UserError(message, `Choose another port: ${another}`);
  }
  const pid = await answeringServer(port);
  if (pid) {
    return new UserError(
      `Port ${port} is taken by another Cloud Resume (process ${pid}).`,
      `Stop it (kill ${pid}), or choose another port and data folder: ${another} --data <folder>`,
    );
  }
  const holder = readProcess(join(dataDirectory, 'server.lock'));
  if (holder && isAlive(holder)) {
    return new UserError(
      `Port ${port} is taken, and a Cloud Resume that does not answer is running on ${dataDirectory} (process ${holder.pid}).`,
      `Stop it (kill -9 ${holder.pid}), or choose another port and data folder: ${another} --data <folder>`,
    );
  }
  return new UserError(
    `Port ${port} is taken by another program.`,
    `Stop that program or choose another port: ${another}`,
  );
}

/** The process of the Cloud Resume that answers on this machine's port; /healthz names it to the machine's owner. */
async function answeringServer(port: number): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { pid } = (await response.json()) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
