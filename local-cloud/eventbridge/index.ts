/** An EventBridge rule with a rate: invokes its function at a fixed interval. */
import { systemClock, type Clock, type Timer } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import type { Log } from '../observer.ts';
import type { Schedule } from '../topology.ts';

export interface ScheduleOptions {
  schedule: Schedule;
  invoke: Invoke;
  log: Log;
  clock?: Clock;
}

/**
 * The first invocation follows one period later, as EventBridge counts from the rule's creation.
 * @returns starts no further invocations; running ones continue
 */
export function startSchedule({ schedule, invoke, log, clock = systemClock }: ScheduleOptions): () => void {
  const { name, functionName, input } = schedule;
  const rateMs = schedule.rateInSeconds * 1000;
  let timer: Timer;

  function startTimer(dueAt: number): void {
    timer = clock.setTimer(() => {
      // Like EventBridge, does not wait for the previous invocation.
      void run();
      // Skips missed periods, for example after the machine was asleep.
      const missed = Math.max(0, Math.floor((clock.now() - dueAt) / rateMs));
      startTimer(dueAt + (missed + 1) * rateMs);
    }, dueAt - clock.now());
  }

  async function run(): Promise<void> {
    const { functionError: error } = await invoke(functionName, input);
    if (!error) return;
    const cause = `${error.errorType} ${error.errorMessage}`;
    log('warn', `${functionName}, invoked by ${name}, failed: ${cause}`);
  }

  startTimer(clock.now() + rateMs);
  return () => timer.cancel();
}
