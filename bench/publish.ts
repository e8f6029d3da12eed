/** Writes a run's figures to where people and pages read them: two documents, site/how/storm.json and contract/visit-units.json. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { PROJECT } from './build.ts';
import { round } from './percentiles.ts';
import type { Results } from './results.ts';
import { consumptionOf } from './storms/meter.ts';
import { tablesOf, type Table } from './tables.ts';

/** @returns the files, absolute */
export async function publish(results: Results): Promise<string[]> {
  const files: string[] = [];
  for (const [path, tables] of Object.entries(tablesOf(results))) {
    const file = join(PROJECT, path);
    await writeFile(file, withTables(await readFile(file, 'utf8'), tables));
    files.push(file);
  }
  const update = async (path: string, figures: object | undefined) => {
    if (!figures) return;
    const file = join(PROJECT, path);
    const old = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(
      file,
      await format(JSON.stringify({ ...old, ...figures }), { parser: 'json', printWidth: 110 }),
    );
    files.push(file);
  };
  await update('site/how/storm.json', crowdOf(results));
  await update('contract/visit-units.json', visitOf(results));
  return files;
}

/** The storm in front of 1,000 viewers, for /how. */
function crowdOf({ storms = [] }: Results): object | undefined {
  const row = storms.find(({ plan }) => plan.viewers === 1_000);
  if (!row) return undefined;
  const { machine, plan, ours, firstDesign } = row;
  return {
    measured: machine.date,
    ours: {
      posts: ours.storm.metered.posts.delivered,
      dollarsPerMillion: ours.storm.dollars.total,
      agreedSeconds: Math.round((ours.storm.agreedMs ?? NaN) / 100) / 10,
    },
    firstDesign: {
      posts: firstDesign.storm.metered.posts.delivered + firstDesign.storm.undeliveredPosts,
      dollarsPerMillion: firstDesign.storm.dollars.total,
      stoppedAfterSeconds: plan.patienceMs / 1000,
    },
  };
}

/** The units of a lone visit: `hello`, its answer and its own broadcast are three messages. */
function visitOf({ storms = [] }: Results): object | undefined {
  const row = storms.find(({ plan }) => plan.viewers === 10);
  if (!row) return undefined;
  const { metered, repeats } = row.ours.lone;
  const used = Object.entries(consumptionOf(metered, repeats, 'ours'));
  const perVisit = Object.fromEntries(used.map(([item, sum]) => [item, round(sum / repeats, 4)]));
  // Its arrival changes count.json, which is compared and written.
  return { measured: row.machine.date, units: { ...perVisit, message: 3, s3Put: 1, s3Get: 1 } };
}

/** Replaces what is between `<!-- NAME -->` and `<!-- end of NAME -->`. @throws if the document has no such place */
export function withTables(document: string, tables: Record<string, Table>): string {
  let text = document;
  for (const [name, rows] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The document has no place ${start} … ${end}.`);
    const [head = [], ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
    const rule = `|${'---|'.repeat(rows[0]?.length ?? 0)}`;
    text = `${text.slice(0, from)}${start}\n\n${[head, rule, ...body].join('\n')}\n\n${text.slice(to)}`;
  }
  return text;
}
