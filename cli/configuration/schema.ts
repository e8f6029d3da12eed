/** Checks values against schema.json and reports what is wrong. */
import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js';
import { pathText, type Path } from '../../shared/path.ts';
import { report, type Problem } from '../../shared/problem.ts';
import { explainValue, shown, toPath } from '../../shared/schema-error.ts';
import { suggest } from '../../shared/suggest.ts';
import { UserError } from '../../shared/user-error.ts';
import file from './schema.json' with { type: 'json' };

/** The parts of a property's schema that are used here. */
export interface SettingSchema {
  description: string;
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  default?: unknown;
  examples?: unknown[];
}

interface Schema {
  properties: { name: SettingSchema };
  $defs: { settings: { properties: Record<string, SettingSchema> } };
}

const schema: Schema = file as unknown as Schema;

/** By key, in schema.json's order. */
export const SETTINGS: Readonly<Record<string, SettingSchema>> = schema.$defs.settings.properties;
export const NAME = schema.properties.name;

const ajv = new Ajv2019({ allErrors: true, strict: false, verbose: true });
const validateFile = ajv.compile(schema);

export function checkFile(value: unknown): Problem[] {
  if (validateFile(value)) return [];
  return problems(validateFile.errors, value);
}

/** Checks one setting, wherever it came from. */
export function checkSetting(key: string, value: unknown): Problem[] {
  const validate = ajv.compile(key === 'name' ? NAME : SETTINGS[key]!);
  if (validate(value)) return [];
  return problems(validate.errors, value, key);
}

function problems(
  errors: ErrorObject[] | null | undefined,
  value: unknown,
  name = 'the configuration',
): Problem[] {
  return (errors ?? []).flatMap((error) => {
    // The errors of its children say more.
    if (error.keyword === 'propertyNames') return [];
    return [explain(error, toPath(value, error.instancePath), name)];
  });
}

function explain(error: ErrorObject, path: Path, name: string): Problem {
  const { keyword, params, data } = error;
  const property = error.parentSchema as Partial<SettingSchema>;
  const where = pathText(path) || name;
  const problem = (message: string, hint?: string): Problem => ({ severity: 'error', message, hint, path });
  if (keyword === 'unevaluatedProperties') return unknownKey(String(params['unevaluatedProperty']), path);
  if (error.propertyName !== undefined) {
    return {
      ...problem(
        `"${error.propertyName}" cannot be the name of an environment`,
        `Use ${ENVIRONMENT_FORM}, such as staging. pr-* stands for all that begin with pr-.`,
      ),
      path: ['environments', error.propertyName],
      atKey: true,
    };
  }
  if (keyword === 'pattern') {
    const [example] = property.examples ?? [];
    return problem(
      `${where} is ${shown(data)}, which is invalid: ${FORMS[where.split('.').at(-1)!] ?? FORM}`,
      example === undefined ? undefined : `Write it like ${JSON.stringify(example)}.`,
    );
  }
  const { message, hint } = explainValue(error, where);
  return problem(message, hint);
}

/** Patterns in words. */
const FORMS: Record<string, string> = {
  name: 'use 2 to 24 of a-z 0-9 -, beginning with a letter and not ending with -',
  region: 'it is not the code of an AWS Region',
  account: 'an account number has 12 digits',
  domain: 'use a lowercase domain name without https:// and without a path',
  hostedZoneId: 'the id of a hosted zone begins with Z; `aws route53 list-hosted-zones` lists yours',
  alarmEmail: 'it is not an e-mail address',
  lambdaRuntime: 'use nodejs22.x or a newer Node.js runtime',
  permissionsBoundary: 'use the name of an IAM policy of this account, not its ARN',
  siteBucketName: 'use 3 to 63 of a-z 0-9 -, neither beginning nor ending with -',
  stateBucketName: 'use 3 to 63 of a-z 0-9 -, neither beginning nor ending with -',
};
const FORM = 'it has the wrong form';
export const ENVIRONMENT_FORM = '1 to 16 of a-z 0-9 -, neither beginning nor ending with -';

function unknownKey(key: string, path: Path): Problem {
  const known =
    path.length === 0 ? ['name', 'environments', ...Object.keys(SETTINGS)] : Object.keys(SETTINGS);
  const meant = suggest(key, known);
  return {
    severity: 'error',
    message: `"${pathText([...path, key])}" is not a setting`,
    hint: meant
      ? `Did you mean "${meant}"?`
      : path.length > 0 && key === 'name'
        ? 'All environments share the name; the environment is the second part of every resource’s name.'
        : 'cli/configuration/schema.json lists them all.',
    path: [...path, key],
    atKey: true,
  };
}

export interface Located extends Problem {
  /** The file, or the environment variable: `CLOUD_RESUME_REGION`. */
  source: string;
}

/** @throws {UserError} that shows every problem with its file, line and column */
export function rejectProblems(problems: Located[], texts: ReadonlyMap<string, string>): void {
  if (problems.length === 0) return;
  const sources = [...new Set(problems.map(({ source }) => source))];
  const reports = sources.map((source) =>
    report(
      problems.filter((problem) => problem.source === source),
      source,
      texts.get(source) ?? '',
    ),
  );
  throw new UserError(reports.join('\n\n'), 'Nothing was changed in AWS. Fix this and run it again.');
}
