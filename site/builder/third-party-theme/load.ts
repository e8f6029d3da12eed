import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '../../../shared/user-error.ts';
import type { Resume, Theme } from '../../resume/types.ts';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Renders a résumé with a theme: an installed package that exports `render(resume)`.
 * @param theme the package's name, with or without `jsonresume-theme-`, or its folder
 * @throws UserError if the theme is missing or fails
 */
export async function renderTheme(theme: string, resume: Resume): Promise<string> {
  const folder = findTheme(theme);
  if (!folder) {
    const name = themePackage(theme);
    throw new UserError(`The theme ${name} is not installed.`, `Install it with: npm install ${name}`);
  }
  const render = await load(theme, folder);
  try {
    return String(await render(structuredClone(resume)));
  } catch (error) {
    throw new UserError(
      `The theme ${theme} failed on this résumé: ${(error as Error).message}`,
      'Report it to its authors, or build without --theme.',
    );
  }
}

type Render = Theme['render'];

async function load(theme: string, folder: string): Promise<Render> {
  let module: { render?: Render; default?: { render?: Render } };
  try {
    module = (await import(pathToFileURL(join(folder, await entryPoint(folder))).href)) as typeof module;
  } catch (error) {
    throw new UserError(
      `The theme ${theme} cannot be loaded: ${(error as Error).message}`,
      'Reinstall it, or choose another one.',
    );
  }
  const render = module.render ?? module.default?.render;
  if (typeof render === 'function') return render;
  throw new UserError(
    `${theme} is not a JSON Resume theme: it exports no render function.`,
    'Choose another one.',
  );
}

/** Looks in the current folder and those above it, as npm's workspaces need, and then in this program's. */
export function findTheme(theme: string): string | undefined {
  const exists = (folder: string) => existsSync(join(folder, 'package.json'));
  if (/^[./]|^[a-z]:[\\/]/i.test(theme)) return exists(theme) ? resolve(theme) : undefined;
  return [theme, themePackage(theme)]
    .flatMap((name) =>
      [process.cwd(), PROJECT].flatMap((base) => modulesOf(base).map((modules) => join(modules, name))),
    )
    .find(exists);
}

function modulesOf(folder: string): string[] {
  return createRequire(join(folder, 'index.js')).resolve.paths('theme') ?? [];
}

export function themePackage(theme: string): string {
  return theme.includes('jsonresume-theme-') ? theme : `jsonresume-theme-${theme}`;
}

/** Resolves a package as `import` does: exports, main or index.js. */
async function entryPoint(folder: string): Promise<string> {
  const { exports, main } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    exports?: unknown;
    main?: string;
  };
  const entry = exported(exports) ?? main ?? 'index.js';
  const file = join(folder, entry);
  if (existsSync(file) && (await stat(file)).isDirectory()) return join(entry, 'index.js');
  return existsSync(file) ? entry : `${entry}.js`;
}

function exported(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const conditions = value as Record<string, unknown>;
  return exported(conditions['.'] ?? conditions['import'] ?? conditions['node'] ?? conditions['default']);
}
