/** What some tests need and a plain machine lacks: programs, and npm packages too large to be dependencies. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withLock } from '../../shared/lock.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/tools', import.meta.url));
const QUIET = ['--no-audit', '--no-fund', '--progress=false', '--loglevel=error', '--prefer-offline'];

export interface ToolOptions {
  /** Leave out the package's own dependencies. */
  alone?: boolean;
  /** Leave out its peer dependencies, which something else provides. */
  withoutPeers?: boolean;
  /** Versions of its dependencies that it leaves open, by name. */
  pin?: Record<string, string>;
}

/**
 * An npm package in exactly that version, outside of node_modules: fetched once into `.cache/tools`, then reused. No install script
 * runs.
 * @returns the package's folder
 * @throws when the npm registry cannot be reached or has no such version
 */
export async function tool(
  name: string,
  version: string,
  { alone = false, withoutPeers = false, pin = {} }: ToolOptions = {},
): Promise<string> {
  const folder = join(CACHE, `${name.replaceAll('/', '+')}@${version}${alone ? '-alone' : ''}`);
  const packageFolder = alone ? join(folder, 'package') : join(folder, 'node_modules', name);
  if (existsSync(folder)) return packageFolder;
  // Test files may ask for it simultaneously: one downloads it into a temporary folder and renames that.
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const fetching = `${folder}.fetching`;
    await rm(fetching, { recursive: true, force: true });
    await mkdir(fetching, { recursive: true });
    if (alone) await fetchAlone(`${name}@${version}`, fetching);
    else {
      await writeFile(join(fetching, 'package.json'), JSON.stringify({ overrides: pin }));
      await fetchWhole(`${name}@${version}`, fetching, withoutPeers);
    }
    await rename(fetching, folder);
  });
  return packageFolder;
}

async function fetchWhole(specifier: string, into: string, withoutPeers: boolean): Promise<void> {
  const peers = withoutPeers ? ['--legacy-peer-deps'] : [];
  await npm(['install', '--prefix', into, '--no-save', '--ignore-scripts', ...peers, ...QUIET, specifier]);
}

async function fetchAlone(specifier: string, into: string): Promise<void> {
  const { stdout } = await npm(['pack', '--json', '--pack-destination', into, ...QUIET, specifier]);
  // npm 11 lists the packed packages, later ones name them.
  const packed = JSON.parse(stdout) as { filename: string }[] | Record<string, { filename: string }>;
  const [{ filename }] = Object.values(packed) as [{ filename: string }];
  await run('tar', ['-xzf', join(into, filename), '-C', into]);
  await rm(join(into, filename));
}

function npm(args: string[]): Promise<{ stdout: string }> {
  return run('npm', args, { shell: process.platform === 'win32', maxBuffer: 16 * 1024 * 1024 });
}

export interface Requirement {
  /** What is needed: `Java 17 or newer`. */
  what: string;
  found: boolean;
  /** How to get it. */
  install: string;
}

/**
 * Why a test cannot run here, for `node:test`'s `skip`; `false` where it can.
 * @throws with the same text where `CI=true`: there a skipped test is a failed one
 */
export function requirement({ what, found, install }: Requirement): string | false {
  if (found) return false;
  const reason = `needs ${what}: ${install}`;
  if (process.env['CI'] === 'true') throw new Error(`This test ${reason}.`);
  return reason;
}

/** Is the program on the PATH? Starting it could take seconds: moto_server loads all of AWS's services. */
const isOnPath = (name: string) =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.exe`)));

function hasJava17(): boolean {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) >= 17;
}

interface Program {
  /** What it is called, if not by its name. */
  what?: string;
  install: string;
  isFound?: () => boolean;
}

const PROGRAMS = {
  java: { what: 'Java 17 or newer', install: 'apt-get install openjdk-17-jre-headless', isFound: hasJava17 },
  moto_server: { install: "moto's server: pip install 'moto[server]'" },
  nginx: { install: 'apt-get install nginx-light' },
  openssl: { install: 'apt-get install openssl' },
  pdftotext: { install: 'apt-get install poppler-utils' },
  soffice: { what: 'LibreOffice', install: 'apt-get install libreoffice-writer-nogui' },
  'systemd-analyze': { install: 'apt-get install systemd' },
  terraform: { install: 'Terraform 1.11 or newer: https://developer.hashicorp.com/terraform/install' },
} satisfies Record<string, Program>;

/** As {@link requirement}, for programs that are looked for on the PATH. */
export function missingPrograms(...names: (keyof typeof PROGRAMS)[]): string | false {
  const missing = names
    .map((name): Program & { name: string } => ({ name, ...PROGRAMS[name] }))
    .filter(({ name, isFound = () => isOnPath(name) }) => !isFound());
  return requirement({
    what: missing.map(({ name, what }) => what ?? name).join(' and '),
    found: missing.length === 0,
    install: missing.map(({ install }) => install).join('; '),
  });
}
