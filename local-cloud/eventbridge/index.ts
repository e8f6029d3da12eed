/** An EventBridge rule with a rate: invokes its function at a fixed interval. */
import { systemClock, type Clock, type Timer } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import type { Schedule } from '../topology.ts';

export interface ScheduleOptions {
  schedule: Schedule;
  invoke: Invoke;
  log(level: 'warn', message: string): void;
  clock?: Clock;
}

export interface RunningSchedule {
  /** The first invocation follows one period later, as EventBridge counts from the rule's creation. */
  start(): void;
  /** Starts no further invocations and waits for running ones. */
  stop(): Promise<void>;
}

export function createSchedule(options: ScheduleOptions): RunningSchedule {
  const { schedule, invoke, log, clock = systemClock } = options;
  const { name, functionName, input } = schedule;
  const rateMs = schedule.rateInSeconds * 1000;
  const running = new Set<Promise<void>>();
  let timer: Timer | undefined;

  function startTimer(dueAt: number): void {
    timer = clock.setTimer(() => {
      // Like EventBridge, does not wait for the previous invocation.
      const run = invokeOnce().finally(() => running.delete(run));
      running.add(run);
      // Skips missed periods, for example after the machine was asleep.
      const missed = Math.max(0, Math.floor((clock.now() - dueAt) / rateMs));
      startTimer(dueAt + (missed + 1) * rateMs);
    }, dueAt - clock.now());
  }

  async function invokeOnce(): Promise<void> {
    const failed = (cause: string) => log('warn', `${functionName}, invoked by ${name}, failed: ${cause}`);
    try {
      const { functionError: error } = await invoke(functionName, input);
      if (error) failed(`${error.errorType} ${error.errorMessage}`);
    } catch (error) {
      failed(String(error));
    }
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
