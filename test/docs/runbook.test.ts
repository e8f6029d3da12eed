/** Every alarm has a page in docs/runbook and every page an alarm; settings and metrics in them exist. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { METRICS, METRICS_NAMESPACE, type MetricName } from '../../contract/metrics.ts';
import { SETTINGS } from '../../cli/configuration/schema.ts';

const RUNBOOK = 'docs/runbook';
const alarmsFile = readFileSync('infra/alarms.tf', 'utf8');
const dashboard = readFileSync('infra/dashboard.tf', 'utf8');
const pages = readdirSync(RUNBOOK).filter((name) => name !== 'README.md');
const read = (page: string) => readFileSync(`${RUNBOOK}/${page}`, 'utf8');

/** The keys of local.alarms, and alarms with their own resource. */
function alarms(): string[] {
  const table = /^ {2}alarms = \{\n([^]*?)^ {2}\}/m.exec(alarmsFile)![1]!;
  const keys = [...table.matchAll(/^ {4}([\w-]+) = \{/gm)].map((match) => match[1]!);
  const others = [...alarmsFile.matchAll(/^resource "aws_cloudwatch_\w*alarm" "(\w+)"/gm)]
    .map((match) => match[1]!)
    .filter((name) => name !== 'this')
    .map((name) => name.replaceAll('_', '-'));
  return [...keys, ...others].sort();
}

test('every alarm has a page, and every page an alarm', () => {
  assert.ok(alarms().length >= 10);
  assert.deepEqual(pages.map((name) => name.replace('.md', '')).sort(), alarms());
});

test('README.md links to every page', () => {
  const index = read('README.md');
  for (const alarm of alarms()) assert.ok(index.includes(`| [${alarm}](${alarm}.md) |`), alarm);
});

for (const page of [...pages, 'README.md']) {
  test(`${page} has the standard sections, and its settings exist`, () => {
    const text = read(page);
    if (page !== 'README.md')
      assert.deepEqual(
        [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]),
        ['What it means', 'Look here', 'Do this'],
      );
    // `likeThis` is a setting of cloud-resume.json; log fields and AWS's names that look like one are listed.
    const others = new Set(['integrationError', 'approximateInvokeCount']);
    for (const [, name] of text.matchAll(/`([a-z]+[A-Z]\w*)`/g))
      assert.ok(name! in SETTINGS || others.has(name!), `setting ${name}`);
  });
}

test('alarms and dashboard use metrics that this component publishes', () => {
  const used: [string, string][] = [];
  for (const [, metric, dimensions] of alarmsFile.matchAll(
    new RegExp(`namespace += "${METRICS_NAMESPACE}"\\s+metric += "(\\w+)"[^]*?dimensions += (.*)`, 'g'),
  ))
    used.push([metric!, /service = "(\w+)"/.exec(dimensions!)![1]!]);
  // The metrics of the alarm with an expression, which are all the broadcaster's.
  for (const [, metric] of alarmsFile.matchAll(/\w+ = \["(\w+)", "(?:Average|Sum)"\]/g))
    used.push([metric!, 'broadcaster']);
  for (const [, metric, component] of dashboard.matchAll(/\["CloudResume", "(\w+)", "service", "(\w+)"/g))
    used.push([metric!, component!]);
  const [, names, component] = /for name in \[(.*)\][^]*?\["CloudResume", name, "service", "(\w+)"/.exec(
    dashboard,
  )!;
  for (const [, metric] of names!.matchAll(/"(\w+)"/g)) used.push([metric!, component!]);
  assert.ok(used.length >= 10);
  for (const [metric, by] of used) assert.equal(METRICS[metric as MetricName]?.component, by, metric);
});
