/** Reads a topology from a JSON or YAML file. topology.schema.json describes it. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js';
import { parseJson } from '../shared/parse-json.ts';
import { parseYaml } from '../shared/parse-yaml.ts';
import { isObject, pathText, type Path } from '../shared/path.ts';
import { report, type Problem } from '../shared/problem.ts';
import { explainValue, toPath } from '../shared/schema-error.ts';
import { suggest } from '../shared/suggest.ts';
import { UserError } from '../shared/user-error.ts';
import type { EventSourceMapping, Topology } from './topology.ts';
import schema from './topology.schema.json' with { type: 'json' };

const EXAMPLE = 'local-cloud/README.md shows a complete file.';

const validate = new Ajv2019({ allErrors: true, strict: false, verbose: true, useDefaults: true }).compile(
  schema,
);

/** What the schema accepts, with its defaults. */
type File = Omit<Topology, 'eventSourceMappings' | 'edge'> & {
  $schema?: string;
  eventSourceMappings: Omit<EventSourceMapping, 'uuid'>[];
};

/** @throws {UserError} that shows every problem with file, line, column and what to do */
export async function readTopology(file: string): Promise<Topology> {
  const text = await readText(file);
  const syntax = /\.ya?ml$/i.test(file) ? 'yaml' : 'json';
  const { value, problems, locate } =
    syntax === 'yaml' ? parseYaml(text, { numbers: true }) : parseJson(text);
  if (problems.length === 0) problems.push(...schemaProblems(value, syntax));
  const content = value as File;
  if (problems.length === 0)
    problems.push(...brokenReferences(content), ...(await missingFolders(content, file)));
  if (problems.length > 0) {
    const located = problems.map(({ offset, path = [], atKey, ...rest }) => ({
      ...rest,
      offset: offset ?? locate(path, atKey),
    }));
    throw new UserError(report(located, file, text), EXAMPLE);
  }
  return {
    region: content.region,
    tables: content.tables.map((table) => ({ BillingMode: 'PAY_PER_REQUEST', ...table })),
    functions: content.functions.map((fn) => ({ ...fn, codeDirectory: inFolderOf(file, fn.codeDirectory) })),
    webSocketApi: content.webSocketApi,
    eventSourceMappings: content.eventSourceMappings.map((mapping) => ({
      ...mapping,
      uuid: `${mapping.tableName}-to-${mapping.functionName}`,
    })),
    schedules: content.schedules,
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `The topology ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      `Pass the path of a JSON or YAML file. ${EXAMPLE}`,
    );
  }
}

function inFolderOf(file: string, path: string): string {
  return resolve(dirname(file), path);
}

function schemaProblems(value: unknown, syntax: 'json' | 'yaml'): Problem[] {
  if (isObject(value) && !schema.required.some((key) => key in value)) {
    const message = `this is not a topology: it has neither ${schema.required.map((key) => `"${key}"`).join(' nor ')}`;
    return [{ severity: 'error', message, path: [] }];
  }
  if (validate(value)) return [];
  // A failed `then` is reported with its own rule.
  return validate
    .errors!.filter(({ keyword }) => keyword !== 'if')
    .map((error) => explain(error, value, syntax));
}

function explain(error: ErrorObject, value: unknown, syntax: 'json' | 'yaml'): Problem {
  const path = toPath(value, error.instancePath);
  const where = pathText(path) || 'the topology';
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params['additionalProperty']);
    const { properties } = error.parentSchema as { properties: object };
    const known = Object.keys(properties).filter((name) => name !== '$schema');
    const message = `"${pathText([...path, key])}" is not a field of a topology`;
    return { severity: 'error', message, hint: meant(key, known), path: [...path, key], atKey: true };
  }
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty']);
    return { severity: 'error', message: `${where} needs "${key}"`, path };
  }
  return { severity: 'error', ...explainValue(error, where, syntax), path };
}

/** Names that nothing has, and names that two have. */
function brokenReferences(topology: File): Problem[] {
  const { functions, tables, webSocketApi, eventSourceMappings, schedules } = topology;
  const { routes } = webSocketApi;
  const streams = tables.filter((table) => table.StreamSpecification?.StreamEnabled);
  const functionNames = functions.map(({ functionName }) => functionName);
  const streamNames = streams.map(({ TableName }) => TableName);
  return [
    ...unknown(['webSocketApi', 'routes'], routes, 'functionName', functionNames, 'function'),
    ...unknown(['eventSourceMappings'], eventSourceMappings, 'functionName', functionNames, 'function'),
    ...unknown(['schedules'], schedules, 'functionName', functionNames, 'function'),
    ...unknown(
      ['eventSourceMappings'],
      eventSourceMappings,
      'tableName',
      streamNames,
      'table with a StreamSpecification',
    ),
    ...duplicates(['functions'], functions, 'functionName'),
    ...duplicates(['tables'], tables, 'TableName'),
    ...duplicates(['webSocketApi', 'routes'], routes, 'routeKey'),
    ...duplicates(['schedules'], schedules, 'name'),
  ];
}

function unknown<Key extends string>(
  list: Path,
  items: Record<Key, string>[],
  key: Key,
  known: string[],
  kind: string,
): Problem[] {
  return items.flatMap((item, i) => {
    const name = item[key];
    if (known.includes(name)) return [];
    return problem([...list, i, key], `is "${name}", but there is no such ${kind}`, meant(name, known));
  });
}

function duplicates<Key extends string>(list: Path, items: Record<Key, string>[], key: Key): Problem[] {
  const names = items.map((item) => item[key]);
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : problem([...list, i, key], `is "${name}", like an earlier one`, 'Rename one.'),
  );
}

async function missingFolders({ functions }: File, file: string): Promise<Problem[]> {
  const problems = functions.map(async ({ codeDirectory }, i) => {
    const folder = inFolderOf(file, codeDirectory);
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return [];
    const message = `is "${codeDirectory}", but there is no such folder`;
    return problem(['functions', i, 'codeDirectory'], message, `Looked for ${folder}.`);
  });
  return (await Promise.all(problems)).flat();
}

function problem(path: Path, message: string, hint: string): Problem {
  return { severity: 'error', message: `${pathText(path)} ${message}`, hint, path };
}

function meant(name: string, known: string[]): string {
  const suggestion = suggest(name, known);
  return suggestion ? `Did you mean "${suggestion}"?` : `Known: ${known.join(', ') || 'none'}.`;
}
