/** Stands in for an EventBridge rule with a rate: invokes its function every so many seconds. */
import { systemClock, type Clock, type Timer } from '../clock.ts';
import type { Invoke } from '../lambda/invocation.ts';
import type { Schedule } from '../topology.ts';

export interface ScheduleOptions {
  schedule: Schedule;
  invoke: Invoke;
  clock?: Clock;
  log?(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}

export interface RunningSchedule {
  /** The first invocation comes one rate later, as EventBridge counts from a rule's creation. */
  start(): void;
  /** No further invocations; one that is running is awaited. */
  stop(): Promise<void>;
}

export function createSchedule({
  schedule,
  invoke,
  clock = systemClock,
  log,
}: ScheduleOptions): RunningSchedule {
  const rateMs = schedule.rateInSeconds * 1000;
  if (!(rateMs > 0)) throw new RangeError(`Schedule ${schedule.name}: rateInSeconds must be greater than 0.`);
  const running = new Set<Promise<void>>();
  let timer: Timer | undefined;

  function startTimer(dueAt: number): void {
    timer = clock.setTimer(() => {
      const run = invokeOnce().finally(() => running.delete(run));
      running.add(run);
      // Whole periods that have passed meanwhile, a machine asleep for instance, are not made up for.
      const missed = Math.max(0, Math.floor((clock.now() - dueAt) / rateMs));
      startTimer(dueAt + (missed + 1) * rateMs);
    }, dueAt - clock.now());
  }

  // EventBridge does not wait for the one before, and neither does this: a function that hangs does not end the rule.
  async function invokeOnce(): Promise<void> {
    const { functionError } = await invoke(schedule.functionName, schedule.input);
    if (!functionError) return;
    log?.(
      'warn',
      `${schedule.functionName}, invoked by ${schedule.name}, failed: ${functionError.errorType} ${functionError.errorMessage}`,
    );
  }

  return {
    start() {
      if (!timer) startTimer(clock.now() + rateMs);
    },
    async stop() {
      timer?.cancel();
      await Promise.all(running);
    },
  };
}
