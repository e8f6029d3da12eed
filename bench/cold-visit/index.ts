/** A cold visit: nobody has come for hours, so the functions have stopped. From the click to the visitor's own number on the page. */
import { PRICES } from '../../contract/prices.ts';
import { launchChromium, missingChromium } from '../../test/support/chromium.ts';
import { BASELINE_V2, buildBaselineV2, buildSample, OURS } from '../build.ts';
import type { Say } from '../clock.ts';
import { median, quantile, round } from '../percentiles.ts';
import { shippedMemory } from '../topologies.ts';
import { FIRST_PAGE } from './first-page.ts';
import { POINTS, type Point, type Points } from './marks.ts';
import { createProcessorGroup, type ProcessorGroup } from './processor.ts';
import { openVisitors, type Visit, type Visitors } from './visitors.ts';

export const VARIANTS = ['ours, cold', 'first design, cold', 'ours, warm'] as const;

export interface Condition {
  name: string;
  visits: number;
  /** Milliseconds from navigation to each point, by variant. */
  variants: Record<(typeof VARIANTS)[number], Spans>;
}

export type Spans = Partial<Record<Point, { p50: number; p95: number }>>;

export interface MemoryRow {
  memoryMB: number;
  /** Milliseconds until its own number, median. */
  coldMs: number;
  warmMs: number;
  /** Lambda's price of a million warm visits, compute and requests of both functions, in US dollars. */
  dollarsPerMillion: number;
}

export interface ColdVisit {
  conditions: Condition[];
  memory: MemoryRow[];
}

/**
 * The round trips are between browser and edge, and between functions and database. With `lambdaProcessor` the functions have Lambda's share
 * of a processor after initialisation.
 */
const CONDITIONS = [
  { name: 'this machine', roundTripMs: 0, lambdaProcessor: false, visits: 20 },
  { name: '30 ms round trips', roundTripMs: 30, lambdaProcessor: true, visits: 10 },
  { name: '100 ms round trips', roundTripMs: 100, lambdaProcessor: true, visits: 10 },
];
const MEMORY_MB = [128, 256, 512, 1_024, 1_769];
const INVOCATIONS_PER_VISIT = 4;

export async function measureColdVisit(say: Say, quick: boolean): Promise<ColdVisit | undefined> {
  const missing = missingChromium();
  if (missing) {
    say(`skipped: ${missing}`);
    return undefined;
  }
  await buildBaselineV2();
  const groups = processorGroups(say);
  const hasGroups = Object.keys(groups).length > 0;
  const procs = Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, group.procs]));
  // Playwright would end the process before it has cleaned up.
  const browser = await launchChromium([], { handleSIGINT: false, handleSIGTERM: false });
  const opened: Visitors[] = [];
  try {
    const ours = await openVisitors(browser, 'ours', {
      code: OURS,
      site: await buildSample(),
      groups: procs,
    });
    opened.push(ours);
    const first = await openVisitors(browser, 'first design', {
      code: BASELINE_V2,
      site: FIRST_PAGE,
      groups: procs,
    });
    opened.push(first);

    const conditions: Condition[] = [];
    for (const planned of quick ? CONDITIONS.slice(0, 2) : CONDITIONS) {
      const visits = quick ? 2 : planned.visits;
      const isLimited = planned.lambdaProcessor && hasGroups;
      const name = isLimited ? `Lambda’s processor, ${planned.name}` : planned.name;
      limit(groups, isLimited ? SHIPPED_MB : {});
      for (const design of opened) design.setRoundTrip(planned.roundTripMs);
      const variants = await interleaved(ours, first, visits);
      conditions.push({ name, visits, variants });
      const figures = VARIANTS.map((variant) => `${variant} ${variants[variant].number?.p50} ms`);
      say(`${name}, until its own number: ${figures.join('; ')}`);
    }
    for (const design of opened) design.setRoundTrip(0);
    const memory: MemoryRow[] = [];
    if (hasGroups)
      for (const memoryMB of quick ? MEMORY_MB.slice(1, 2) : MEMORY_MB) {
        limit(groups, { updater: memoryMB, broadcaster: memoryMB });
        const row = await measureMemory(ours, memoryMB, quick ? 2 : 5);
        memory.push(row);
        say(
          `${memoryMB} MB: cold ${row.coldMs} ms, warm ${row.warmMs} ms, $${row.dollarsPerMillion} per million visits`,
        );
      }
    return { conditions, memory };
  } finally {
    await Promise.all(opened.map((design) => design.close()));
    await browser.close();
    for (const group of Object.values(groups)) group.remove();
  }
}

const SHIPPED_MB = shippedMemory();

function processorGroups(say: Say): Record<string, ProcessorGroup> {
  try {
    return Object.fromEntries(Object.keys(SHIPPED_MB).map((name) => [name, createProcessorGroup(name)]));
  } catch (error) {
    say(
      `skipped: Lambda's share of the processor: needs Linux with cgroup v1 or v2, as root (${(error as Error).message})`,
    );
    return {};
  }
}

function limit(groups: Record<string, ProcessorGroup>, memoryMB: Record<string, number>): void {
  for (const [name, group] of Object.entries(groups)) group.limit(memoryMB[name]);
}

/** Takes turns, so other work on the machine affects all. The first turn does not count. */
async function interleaved(ours: Visitors, first: Visitors, visits: number): Promise<Condition['variants']> {
  const points: Points[][] = [[], [], []];
  for (let turn = 0; turn <= visits; turn++) {
    const seen = [await ours.visit(true), await first.visit(true), await ours.visit(false)];
    if (turn > 0) seen.forEach((visit, i) => points[i]!.push(visit.points));
  }
  return Object.fromEntries(VARIANTS.map((name, i) => [name, spansOf(points[i]!)])) as Condition['variants'];
}

export function spansOf(visits: readonly Points[]): Spans {
  return Object.fromEntries(
    (Object.keys(POINTS) as Point[]).flatMap((point) => {
      const times = visits.flatMap((visit) => visit[point] ?? []).toSorted((a, b) => a - b);
      return times.length === 0 ? [] : [[point, { p50: quantile(times, 0.5), p95: quantile(times, 0.95) }]];
    }),
  );
}

async function measureMemory(ours: Visitors, memoryMB: number, visits: number): Promise<MemoryRow> {
  const [cold, warm]: [Visit[], Visit[]] = [[], []];
  for (let turn = 0; turn < visits; turn++) {
    cold.push(await ours.visit(true));
    warm.push(await ours.visit(false));
  }
  const until = (list: Visit[]) => median(list.map(({ points }) => points.number ?? Infinity));
  const ms = median(warm.map(({ functionMs }) => functionMs));
  const dollars =
    (ms / 1000) * (memoryMB / 1024) * PRICES.gbSecond + INVOCATIONS_PER_VISIT * PRICES.lambdaRequest;
  return { memoryMB, coldMs: until(cold), warmMs: until(warm), dollarsPerMillion: round(dollars * 1e6, 2) };
}
