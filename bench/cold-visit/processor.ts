/** Lambda's share of a processor, as a quota of a Linux control group. Needs cgroup v1 or v2, and the right to create a group. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WHOLE_PROCESSOR_MB } from '../topologies.ts';

/** A short period spreads the pauses. */
const PERIOD_US = 20_000;

export interface ProcessorGroup {
  /** A process joins by writing its id to this file. */
  procs: string;
  /** Limits all processes of the group to what a function with this much memory gets; without a size it lifts the limit. */
  limit(memoryMB?: number): void;
  /** Deletes the group, unless a process of it has not ended yet. */
  remove(): void;
}

/** @throws where this machine does not allow it */
export function createProcessorGroup(name: string): ProcessorGroup {
  const isV1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const root = isV1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup';
  const folder = join(root, `cloud-resume-bench-${process.pid}-${name}`);
  mkdirSync(folder);
  const write = (file: string, text: string | number) => writeFileSync(join(folder, file), String(text));
  const group: ProcessorGroup = {
    procs: join(folder, 'cgroup.procs'),
    limit(memoryMB = WHOLE_PROCESSOR_MB) {
      const share = memoryMB / WHOLE_PROCESSOR_MB;
      const quota = Math.round(PERIOD_US * share);
      if (isV1) write('cpu.cfs_quota_us', share >= 1 ? -1 : quota);
      else write('cpu.max', `${share >= 1 ? 'max' : quota} ${PERIOD_US}`);
    },
    remove() {
      try {
        rmdirSync(folder);
      } catch {
        // An empty group costs nothing.
      }
    },
  };
  try {
    if (isV1) write('cpu.cfs_period_us', PERIOD_US);
    group.limit();
    return group;
  } catch (error) {
    group.remove();
    throw error;
  }
}
