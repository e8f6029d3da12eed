/** Checks types and formats with the official JSON Resume schema. */
import schema from '@jsonresume/schema/schema.json' with { type: 'json' };
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { hintForType, KINDS, shown, toPath } from '../../../shared/schema-error.ts';
import { pathText, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Source } from '../../../shared/source.ts';

export const OFFICIAL_SCHEMA: Record<string, unknown> = schema;

type Syntax = Source['syntax'];

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
(formats as unknown as typeof formats.default)(ajv, ['email', 'uri']);
const validate = ajv.compile(OFFICIAL_SCHEMA);

export function checkSchema(resume: unknown, syntax: Syntax): Problem[] {
  if (validate(resume)) return [];
  return (validate.errors ?? [])
    .filter((error) => error.data !== '')
    .map((error) => explain(error, toPath(resume, error.instancePath), syntax));
}

function explain(error: ErrorObject, path: Path, syntax: Syntax): Problem {
  const where = pathText(path) || 'the résumé';
  const found = shown(error.data);
  const problem = (message: string, hint?: string): Problem => ({ severity: 'error', message, hint, path });
  if (error.keyword === 'type') {
    const wanted = String(error.params['type']);
    return problem(
      `${where} is ${found}, but must be ${KINDS[wanted] ?? wanted}`,
      path.length ? hintForType(wanted, error.data, syntax) : undefined,
    );
  }
  if (error.keyword === 'pattern') {
    const present = /^(present|now|today|current|heute)/i.test(String(error.data));
    return problem(
      `${where} is ${found}, which is not a date`,
      present
        ? 'Delete the key: without an end date, the page says "Present".'
        : 'Write 2024, 2024-06 or 2024-06-29.',
    );
  }
  if (error.params['format'] === 'uri') {
    return problem(`${where} is ${found}, which is not a web address`, urlAdvice(error.data));
  }
  if (error.params['format'] === 'email') {
    return problem(`${where} is ${found}, which is not an email address`, 'Write it like name@example.com.');
  }
  return problem(`${where} is ${found}, which ${error.message ?? 'does not fit the schema'}`);
}

/** `example.com` only lacks its scheme; `index.html` is not a host. */
function urlAdvice(data: unknown): string {
  const text = String(data);
  const isHost =
    /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}([/?#]\S*)?$/i.test(text) && !/\.(html?|pdf|png|jpe?g)$/i.test(text);
  return isHost ? `Write https://${text}.` : 'Write a full URL, or leave it out.';
}
