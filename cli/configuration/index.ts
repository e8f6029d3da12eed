/**
 * cloud-resume.json: what is deployed, and where. A setting comes from an environment variable (`CLOUD_RESUME_…`), the chosen
 * environment in the file, the top of the file, or the defaults, in this order.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { suggest } from '../../shared/suggest.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { UserError } from '../../shared/user-error.ts';
import {
  ENVIRONMENT_VARIABLE,
  FILE_VARIABLE,
  readOverrides,
  variableOf,
  type Override,
} from './environment-variables.ts';
import { OWNER, resumeIn } from './folders.ts';
import { brokenRules } from './rules.ts';
import { checkFile, ENVIRONMENT_FORM, NAME, rejectProblems, SETTINGS, type Located } from './schema.ts';
import { terraformVariables, type ConfigurationFile, type Settings } from './settings.ts';

/** The settings of one environment. */
export interface Configuration {
  /** Path of the file, for messages; it need not exist. */
  file: string;
  name: string;
  environment: string;
  region: string;
  /** `<name>-<environment>`: every name in AWS begins with it. */
  prefix: string;
  /** Absolute path of the résumé. */
  resume: string;
  settings: Settings;
  /** For a .tfvars.json file, without what only a deploy knows. */
  terraformVariables: Record<string, unknown>;
  /** Where to change a setting: `CLOUD_RESUME_DOMAIN`, or `domain in cloud-resume.json (or CLOUD_RESUME_DOMAIN)`. */
  whereIs(key: string): string;
}

export interface ConfigurationOptions {
  /** By default `CLOUD_RESUME_CONFIG`, or cloud-resume.json in the owner's folder. */
  file?: string | undefined;
  /** By default `CLOUD_RESUME_ENV`, or `production`. */
  environment?: string | undefined;
  variables?: NodeJS.ProcessEnv;
}

const DEFAULT_ENVIRONMENT = 'production';

/** ` -- --env staging`, to follow a command; nothing for the default. */
export function flagOf({ environment }: Configuration): string {
  return environment === DEFAULT_ENVIRONMENT ? '' : ` -- --env ${environment}`;
}

/** @throws {UserError} that shows every problem with its place and what to do */
export async function loadConfiguration({
  file: given,
  environment: chosen,
  variables = process.env,
}: ConfigurationOptions = {}): Promise<Configuration> {
  const path = resolve(given ?? (variables[FILE_VARIABLE] || join(OWNER, 'cloud-resume.json')));
  const file = relative('', path);
  const environment = chosen ?? (variables[ENVIRONMENT_VARIABLE] || DEFAULT_ENVIRONMENT);
  const text = await readText(path, file);
  const { value, problems: faults, locate } = parseJson(text);
  const inFile = (problems: Omit<Located, 'source'>[]): Located[] =>
    problems.map((problem) => {
      const offset = problem.offset ?? (problem.path && locate(problem.path, problem.atKey));
      return { ...problem, source: file, ...(offset !== undefined && { offset }) };
    });
  const { overrides, problems } = readOverrides(variables);
  const schemaFaults = faults.length > 0 ? faults : checkFile(value);
  rejectProblems([...inFile(schemaFaults), ...problems], new Map([[file, text]]));

  const content = value as ConfigurationFile;
  const section = sectionOf(content, environment, file);
  const settings = merge(content, section, overrides);
  const override = (key: string) => overrides.find((one) => one.key === key);
  rejectProblems(
    brokenRules(settings).flatMap((rule): Located[] => {
      const variable = override(rule.key)?.variable;
      if (variable) return [{ ...rule, severity: 'error', source: variable }];
      const parent =
        section && rule.key in (content.environments?.[section] ?? {}) ? ['environments', section] : [];
      return inFile([{ ...rule, severity: 'error', path: [...parent, rule.key], atKey: true }]);
    }),
    new Map([[file, text]]),
  );
  const name = (override('name')?.value as string | undefined) ?? content.name ?? String(NAME.default);
  return {
    file,
    name,
    environment,
    region: settings.region,
    prefix: `${name}-${environment}`,
    resume: settings.resume === undefined ? resumeIn(dirname(path)) : resolve(dirname(path), settings.resume),
    settings,
    terraformVariables: terraformVariables(name, environment, settings),
    whereIs: (key) => override(key)?.variable ?? `${key} in ${file} (or ${variableOf(key)})`,
  };
}

async function readText(path: string, file: string): Promise<string> {
  try {
    // Drops the byte order mark that Windows' editors write.
    return new TextDecoder().decode(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'ENOENT' ? `There is no ${file}.` : `${file} cannot be read (${code}).`,
      'Create it with { "name": "cloud-resume", "region": "us-east-1" }, or name your file in CLOUD_RESUME_CONFIG.',
    );
  }
}

/**
 * Finds the part of `environments` for a name: an exact match, or the longest pattern with * that matches.
 * @throws {UserError} for an unknown name, which is probably misspelt and would create a new site
 */
function sectionOf(
  { environments = {} }: ConfigurationFile,
  environment: string,
  file: string,
): string | undefined {
  if (!/^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$/.test(environment)) {
    throw new UserError(
      `The environment is ${JSON.stringify(environment)}.`,
      `Use ${ENVIRONMENT_FORM}, such as production or pr-12.`,
    );
  }
  const known = Object.keys(environments);
  const [found] = known
    .filter(
      (name) => name === environment || (name.endsWith('*') && environment.startsWith(name.slice(0, -1))),
    )
    .sort((a, b) => Number(b === environment) - Number(a === environment) || b.length - a.length);
  if (found !== undefined || environment === DEFAULT_ENVIRONMENT) return found;
  const meant = suggest(environment, [DEFAULT_ENVIRONMENT, ...known]);
  throw new UserError(
    `There is no environment ${JSON.stringify(environment)} in ${file}.`,
    meant
      ? `Did you mean ${meant}?`
      : `Known are ${[...new Set([DEFAULT_ENVIRONMENT, ...known])].join(', ')}. For a new one, add "environments": { ${JSON.stringify(environment)}: {} }.`,
  );
}

function merge(
  { $schema: _schema, name: _name, environments, ...settings }: ConfigurationFile,
  section: string | undefined,
  overrides: Override[],
): Settings {
  return {
    region: String(SETTINGS['region']!.default),
    ...settings,
    ...(section !== undefined && environments?.[section]),
    ...Object.fromEntries(
      overrides.filter(({ key }) => key !== 'name').map(({ key, value }) => [key, value]),
    ),
  };
}
