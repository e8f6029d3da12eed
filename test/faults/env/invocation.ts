/** Lambda ending a function: at any of its calls, before or after that call has run. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Simulation } from './simulation.ts';

/** Where an invocation ends: at its `call`-th call (from 1), which still runs or not. */
export interface Death {
  call: number;
  carriedOut: boolean;
}

interface Invocation {
  calls: number;
  death: Death | undefined;
  dead: boolean;
  die: (why: string) => void;
}

const current = new AsyncLocalStorage<Invocation>();
/** A function that was ended waits for this. */
const forever = (): Promise<never> => new Promise(() => {});

/** The function was ended by its timeout or a crash of its host. */
export class InvocationEndedError extends Error {
  override name = 'InvocationEndedError';
}

export interface InvocationOptions {
  timeoutMs: number;
  death?: Death | undefined;
  /** Called with the number of calls when the invocation is over. */
  onCalls?: ((calls: number) => void) | undefined;
}

/**
 * Runs a handler. Everything that it has started stops with it.
 * @throws {InvocationEndedError} or what the handler throws
 */
export async function invoke<T>(
  simulation: Simulation,
  handler: (remainingMs: () => number) => Promise<T>,
  { timeoutMs, death, onCalls }: InvocationOptions,
): Promise<T> {
  const end = simulation.now() + timeoutMs;
  let invocation: Invocation | undefined;
  let cancelTimeout = () => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      const die = (why: string) => {
        invocation!.dead = true;
        reject(new InvocationEndedError(why));
      };
      invocation = { calls: 0, death, dead: false, die };
      cancelTimeout = simulation.after(timeoutMs, () => die('timed out'));
      current.run(invocation, () => handler(() => end - simulation.now())).then(resolve, reject);
    });
  } finally {
    cancelTimeout();
    onCalls?.(invocation?.calls ?? 0);
  }
}

/** One call of another service by the current invocation. */
export async function callOut<T>(simulation: Simulation, call: () => Promise<T>): Promise<T> {
  const invocation = current.getStore();
  if (!invocation) return simulation.call(call);
  if (invocation.dead) return forever();
  invocation.calls++;
  const { death } = invocation;
  const isLast = death !== undefined && invocation.calls >= death.call;
  return new Promise((resolve, reject) => {
    void simulation.call(async () => {
      // A call that still waits when the function ends is never sent.
      if (invocation.dead) return;
      const outcome = isLast && !death.carriedOut ? undefined : await settled(call);
      if (isLast) invocation.die(`ended at call ${death.call}`);
      else if (!invocation.dead) outcome!.pass(resolve, reject);
    });
  });
}

async function settled<T>(
  call: () => Promise<T>,
): Promise<{ pass: (resolve: (value: T) => void, reject: (error: unknown) => void) => void }> {
  try {
    const value = await call();
    return { pass: (resolve) => resolve(value) };
  } catch (error) {
    return { pass: (_, reject) => reject(error) };
  }
}

/** A pause of the current invocation. */
export async function pauseOf(simulation: Simulation, ms: number): Promise<void> {
  const invocation = current.getStore();
  await simulation.sleep(ms);
  if (invocation?.dead) await forever();
}
