/** Builds the site and the functions and runs them in the local cloud, for `npm start` and `npm run dev`. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editionPaths, type BuiltSite } from '../../contract/site-manifest.ts';
import { buildFunctions } from '../../functions/build.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import { unlistedPages } from '../../site/builder/output.ts';
import { findChromium } from '../../site/builder/files/chromium.ts';
import { privateFile } from '../../site/resume/private.ts';
import { IS_PACKAGE, OWNER, PROGRAM } from '../configuration/folders.ts';
import { readBuildSettings, readSiteSettings } from '../configuration/site-settings.ts';
import { printable } from '../../shared/printable.ts';
import type { Recorder } from '../../console/recorder.ts';
import { cachedBuild } from './cached-build.ts';
import { SERVED_SITE_FILE, type ServedSite } from './counter.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';

const DIST = join(OWNER, 'dist');
const FUNCTIONS_DIRECTORY = join(OWNER, 'dist', 'functions');
const SOURCES = (IS_PACKAGE ? ['lib', 'bundles'] : ['site', 'shared', 'contract', 'package-lock.json']).map(
  (source) => join(PROGRAM, source),
);

export interface ServeOptions {
  port: number;
  host: string;
  /** Folder with the counter's database. */
  data: string;
  /** The résumé's file. */
  resume: string;
  /** Origin under which a proxy in front publishes the site. */
  publicUrl?: string | undefined;
  /** A third-party theme. */
  theme?: string | undefined;
  verbose: boolean;
  /** Whether to open the console. */
  console: boolean;
  consolePort?: number | undefined;
}

export interface Serving {
  cloud: LocalCloud;
  /** The console's URL, if it runs. */
  consoleUrl: string | undefined;
  /** Stops the console and the cloud. */
  close(): Promise<void>;
  /** Paths of pages that nothing links to. */
  unlisted: string[];
  /** Builds the functions again; running invocations finish on the old code. */
  rebuildFunctions(): Promise<void>;
}

/** Where the site is built. With `resume.private.json` in it, it stays apart from what is deployed. */
export function localSite({ resume, host, publicUrl }: Pick<ServeOptions, 'resume' | 'host' | 'publicUrl'>): {
  outDirectory: string;
  withPrivate: boolean;
} {
  const isForOwner = publicUrl === undefined && /^(127\.|::1$|localhost$)/.test(host);
  const withPrivate = isForOwner && existsSync(privateFile(resume));
  return { outDirectory: join(DIST, withPrivate ? 'private-site' : 'site'), withPrivate };
}

/**
 * Builds everything and starts it; resolves when visits are counted.
 * @param finish changes the site before it is served
 */
export async function serve(
  { port, host, data, resume, publicUrl, theme, verbose, console: withConsole, consolePort }: ServeOptions,
  finish: (site: BuiltSite) => BuiltSite = (site) => site,
): Promise<Serving> {
  const build = () => buildFunctions({ outDirectory: FUNCTIONS_DIRECTORY });
  const settings = await readBuildSettings(resume);
  const { instantNumber, countBadge, privacy } = await readSiteSettings();
  const options = {
    ...settings,
    privacy,
    ...(theme !== undefined && { theme }),
    resumeFile: resume,
    url: publicUrl,
    ...localSite({ resume, host, publicUrl }),
  };
  const functions = build();
  const { warnings, ...site } = await cachedBuild({
    ...options,
    sources: SOURCES,
    settings: [publicUrl, options.theme, options.paper, JSON.stringify(privacy), await findChromium()],
    build: async () => (await import('../../site/builder/index.ts')).buildSite(options),
  }).finally(() => functions);
  for (const warning of warnings) console.warn(warning);
  const pages = editionPaths(site.manifest);
  const recorder = withConsole ? new (await import('../../console/recorder.ts')).Recorder() : undefined;
  const cloud = await startLocalCloud({
    topology: (allowedOrigins) =>
      localTopology({
        functionsDirectory: FUNCTIONS_DIRECTORY,
        allowedOrigins,
        editions: pages,
        instantNumber,
        countBadge,
      }),
    dataDirectory: data,
    dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'] || undefined,
    host,
    port,
    publicOrigin: publicUrl,
    site: finish(site),
    log: (level, message) => {
      if (verbose || level === 'warn' || level === 'error') console.error(message);
    },
    observe: (event) => {
      recorder?.observe(event);
      const notice = event.type === 'log' ? noticeOf(event.line) : undefined;
      if (notice !== undefined) console.log(notice);
    },
  });
  const served: ServedSite = { url: cloud.url, pages };
  await writeFile(join(data, SERVED_SITE_FILE), JSON.stringify(served));
  const watcher = recorder && (await openConsole(cloud, recorder, consolePort));
  return {
    cloud,
    consoleUrl: watcher?.url,
    async close() {
      await watcher?.close();
      await cloud.close();
    },
    unlisted: unlistedPages(site.manifest),
    rebuildFunctions: async () => {
      await build();
      await Promise.all(
        cloud.topology.functions.map(({ functionName }) => cloud.reloadFunction(functionName)),
      );
    },
  };
}

/** What a function's log line says to the owner: a counted link was opened for the first time. */
function noticeOf(line: string): string | undefined {
  if (!line.includes('"notice"')) return undefined;
  try {
    const { notice } = JSON.parse(line) as { notice?: unknown };
    return typeof notice === 'string' ? printable(notice) : undefined;
  } catch {
    return undefined;
  }
}

/** The site works without its console, so one that cannot start is a warning. */
async function openConsole(cloud: LocalCloud, recorder: Recorder, port: number | undefined) {
  try {
    const [{ startConsole }, { Lab }] = await Promise.all([
      import('../../console/server.ts'),
      import('../../console/lab/index.ts'),
    ]);
    const experiment = new Lab();
    const { url, close } = await startConsole({ port, site: { cloud, recorder }, experiment });
    const closeBoth = async () => {
      await close();
      await experiment.close();
    };
    return { url, close: closeBoth };
  } catch (error) {
    console.warn(`The console does not start: ${String(error)}. Give it another port: --console-port N.`);
    return undefined;
  }
}
