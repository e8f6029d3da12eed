/** A small project with this project's set-up, in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { VERSION, type Registry } from './registry.ts';

const CLI = join(import.meta.dirname, '..', '..');

export interface Project {
  folder: string;
  /** Runs the set-up as a npm hook would, and resolves when it has ended. */
  setUp(args?: string[], options?: RunOptions): Promise<Run>;
  /** Starts it in a process group of its own. */
  start(
    args?: string[],
    options?: RunOptions,
  ): { pid: number; firstWords: Promise<unknown>; ended: Promise<Run> };
  npm(args: string[]): Promise<Run>;
  /** Whether a package is installed. */
  has(name: string): boolean;
  read(file: string): string;
  write(file: string, content: string): void;
  remove(): void;
}

export interface RunOptions {
  /** Another Node. */
  node?: string;
  nodeArgs?: string[];
  environment?: Record<string, string>;
}

export interface Run {
  exitCode: number | null;
  output: string;
}

/** Depends on `library`, for development on `dev-tool`, and where the platform fits on `@dynoxide/linux-x64`. */
export function createProject(registry: Registry): Project {
  const folder = mkdtempSync(join(tmpdir(), 'set-up-'));
  cpSync(join(CLI, 'setup.mjs'), join(folder, 'cli', 'setup.mjs'));
  cpSync(join(CLI, 'setup'), join(folder, 'cli', 'setup'), {
    recursive: true,
    filter: (source) => !source.endsWith('testing'),
  });
  const manifest = {
    name: 'project',
    version: '1.0.0',
    type: 'module',
    engines: { node: '>=20.19.0' },
    dependencies: { library: VERSION },
    devDependencies: { 'dev-tool': VERSION },
    optionalDependencies: { '@dynoxide/linux-x64': VERSION },
  };
  const locked = (name: string, more = {}) => ({
    version: VERSION,
    integrity: registry.integrity(name),
    ...more,
  });
  const lock = {
    name: 'project',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': manifest,
      'node_modules/@dynoxide/linux-x64': locked('@dynoxide/linux-x64', {
        optional: true,
        os: ['linux'],
        cpu: ['x64'],
      }),
      'node_modules/dev-tool': locked('dev-tool', { dev: true }),
      'node_modules/library': locked('library'),
    },
  };
  const write = (file: string, content: string) => writeFileSync(join(folder, file), content);
  write('package.json', JSON.stringify(manifest, null, 2));
  write('package-lock.json', JSON.stringify(lock, null, 2));

  function run(command: string, args: string[], environment: Record<string, string> = {}) {
    const child = spawn(command, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // What npm would say beside our own words, and what another npm around this test has set.
        NODE_OPTIONS: '',
        NODE_NO_WARNINGS: '1',
        npm_config_registry: registry.url,
        npm_config_cache: join(folder, '.npm'),
        npm_config_update_notifier: 'false',
        npm_config_omit_lockfile_registry_resolved: 'true',
        ...environment,
      },
    });
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
      ([out, error, [exitCode]]): Run => ({ exitCode: exitCode as number | null, output: out + error }),
    );
    // All its words go to standard error.
    return { pid: child.pid ?? 0, firstWords: once(child.stderr, 'readable'), ended };
  }

  const start: Project['start'] = (args = [], { node = process.execPath, nodeArgs = [], environment } = {}) =>
    run(node, [...nodeArgs, join('cli', 'setup.mjs'), ...args], environment);

  return {
    folder,
    start,
    setUp: (args, options) => start(args, options).ended,
    npm: (args) => run('npm', args).ended,
    has: (name) => existsSync(join(folder, 'node_modules', name, 'package.json')),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
