/** Checks values against schema.json. */
import { createRequire } from 'node:module';
import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js';
import { hintForType, KINDS, shown, toPath } from '../../site/resume/checks/schema.ts';
import { suggest } from '../../shared/suggest.ts';
import { pathText, type Path } from '../../shared/path.ts';
import type { Problem } from './problems.ts';

/** The parts of a property's schema that are read here. */
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

const schema = createRequire(import.meta.url)('./schema.json') as Schema;

/** By their key; in schema.json's order. */
export const SETTINGS: Readonly<Record<string, SettingSchema>> = schema.$defs.settings.properties;
export const NAME = schema.properties.name;

const ajv = new Ajv2019({ allErrors: true, strict: false, verbose: true });
const validateFile = ajv.compile(schema);

export function checkFile(value: unknown): Problem[] {
  if (validateFile(value)) return [];
  return problems(validateFile.errors, value);
}

/** A single setting, wherever it came from. */
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
    // Its children say more.
    if (error.keyword === 'propertyNames') return [];
    return [explain(error, toPath(value, error.instancePath), name)];
  });
}

function explain(error: ErrorObject, path: Path, name: string): Problem {
  const { keyword, params, data } = error;
  const own = error.parentSchema as Partial<SettingSchema> & { enum?: unknown[] };
  const where = pathText(path) || name;
  const problem = (message: string, hint?: string): Problem => ({ severity: 'error', message, hint, path });
  if (keyword === 'unevaluatedProperties') return unknownKey(String(params['unevaluatedProperty']), path);
  if (error.propertyName !== undefined) {
    return {
      ...problem(
        `"${error.propertyName}" cannot be the name of an environment`,
        'Take 1 to 16 of a-z 0-9 - that neither begin nor end with -, such as staging; pr-* stands for all that begin with pr-.',
      ),
      path: ['environments', error.propertyName],
      atKey: true,
    };
  }
  if (keyword === 'type') {
    const wanted = String(params['type']);
    const kind = wanted === 'integer' ? 'a whole number' : (KINDS[wanted] ?? wanted);
    return problem(`${where} is ${shown(data)}, but must be ${kind}`, hintForType(wanted, data));
  }
  if (keyword === 'enum')
    return problem(`${where} is ${shown(data)}`, `Take one of ${(own.enum ?? []).join(', ')}.`);
  if (keyword === 'pattern') {
    const [example] = own.examples ?? [];
    return problem(
      `${where} is ${shown(data)}, which does not fit: ${FORMS[where.split('.').at(-1)!] ?? FORM}`,
      example === undefined ? undefined : `Write it like ${JSON.stringify(example)}.`,
    );
  }
  return problem(`${where} is ${shown(data)}, but ${error.message ?? 'it does not fit'}`, own.description);
}

/** What a pattern says, in words. */
const FORMS: Record<string, string> = {
  name: '2 to 24 of a-z 0-9 - that begin with a letter and don’t end with -',
  region: 'it is no code of an AWS Region',
  account: 'an account’s number has 12 digits',
  domain: 'a domain name in small letters, without https:// and without a path',
  counterDomain: 'a domain name in small letters, without wss:// and without a path',
  hostedZoneId: 'a hosted zone’s id begins with Z; `aws route53 list-hosted-zones` shows it',
  alarmEmail: 'it is no e-mail address',
  lambdaRuntime: 'nodejs22.x or a newer Node.js runtime',
  permissionsBoundary: 'the name of an IAM policy of this account, not its ARN',
  siteBucketName: '3 to 63 of a-z 0-9 - that neither begin nor end with -',
  stateBucketName: '3 to 63 of a-z 0-9 - that neither begin nor end with -',
};
const FORM = 'it has another form';

function unknownKey(key: string, path: Path): Problem {
  const known =
    path.length === 0 ? ['name', 'environments', ...Object.keys(SETTINGS)] : Object.keys(SETTINGS);
  const meant = suggest(key, known);
  return {
    severity: 'error',
    message: `"${pathText([...path, key])}" is no setting`,
    hint: meant
      ? `Did you mean "${meant}"?`
      : path.length > 0 && key === 'name'
        ? 'The name is the same for all environments: the environment is the second part of every resource’s name.'
        : 'cli/configuration/schema.json lists them all.',
    path: [...path, key],
    atKey: true,
  };
}
