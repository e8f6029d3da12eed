/** Settings from environment variables, which override the file: `CLOUD_RESUME_REGION=eu-central-1 npm run deploy`. */
import { suggest } from '../../shared/suggest.ts';
import { FOLDER_VARIABLE } from './folders.ts';
import { checkSetting, NAME, SETTINGS, type Located } from './schema.ts';

const PREFIX = 'CLOUD_RESUME_';

/** Variables with that prefix that are not settings. */
export const ENVIRONMENT_VARIABLE = `${PREFIX}ENV`;
export const FILE_VARIABLE = `${PREFIX}CONFIG`;

export interface Override {
  key: string;
  variable: string;
  value: unknown;
}

/** `alarmEmail` is `CLOUD_RESUME_ALARM_EMAIL`. */
export function variableOf(key: string): string {
  return PREFIX + key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * Empty variables count as not set: that is how pipelines pass them. Commas separate lists; objects are JSON.
 * @returns the valid ones, and what is wrong with the others
 */
export function readOverrides(environment: NodeJS.ProcessEnv): {
  overrides: Override[];
  problems: Located[];
} {
  const keys = new Map(['name', ...Object.keys(SETTINGS)].map((key) => [variableOf(key), key]));
  const overrides: Override[] = [];
  const problems: Located[] = [];
  for (const [variable, text] of Object.entries(environment).sort()) {
    if (!variable.startsWith(PREFIX) || !text) continue;
    if ([ENVIRONMENT_VARIABLE, FILE_VARIABLE, FOLDER_VARIABLE].includes(variable)) continue;
    const key = keys.get(variable);
    if (key === undefined) {
      const meant = suggest(variable, [...keys.keys()]);
      problems.push({
        source: variable,
        severity: 'error',
        message: 'this environment variable is not a setting',
        hint: meant ? `Did you mean ${meant}?` : 'Unset it, or name it after a setting of cloud-resume.json.',
      });
      continue;
    }
    const value = readValue(text, key === 'name' ? NAME.type : SETTINGS[key]!.type);
    const wrong = checkSetting(key, value);
    problems.push(...wrong.map(({ path: _path, ...problem }) => ({ ...problem, source: variable })));
    if (wrong.length === 0) overrides.push({ key, variable, value });
  }
  return { overrides, problems };
}

/** What cannot be parsed stays text, which the schema then rejects. */
function readValue(text: string, type: string): unknown {
  if (type === 'string') return text;
  if (type === 'array' && !text.trim().startsWith('[')) return text.split(',').map((item) => item.trim());
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
