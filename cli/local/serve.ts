/** Builds the site and the functions and runs them in the local cloud: what `npm start` and `npm run dev` have in common. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { buildFunctions } from '../../functions/build.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import { readArguments, readPort } from '../terminal/arguments.ts';
import { cachedBuild } from './cached-build.ts';
import { UserError } from '../../shared/user-error.ts';
import { localTopology } from './topology.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const SITE_DIRECTORY = join(PROJECT, 'dist', 'site');
const FUNCTIONS_DIRECTORY = join(PROJECT, 'dist', 'functions');

export const SERVE_OPTIONS = {
  port: { type: 'string', default: '4000' },
  host: { type: 'string', default: '127.0.0.1' },
  data: { type: 'string', default: '.data' },
  resume: { type: 'string', default: 'resume.json' },
  'public-url': { type: 'string' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export const SERVE_HELP = `
  --port NUMBER     port of the site and its WebSocket (default 4000; 0 takes any free one)
  --host ADDRESS    address to listen on (default 127.0.0.1: this machine only)
  --data FOLDER     where the counter's database is kept (default .data)
  --resume FILE     the résumé (default resume.json)
  --public-url URL  where a proxy in front publishes the site, such as https://resume.example.com: the page's canonical address;
                    its X-Forwarded-For and X-Forwarded-Proto are believed (docs/self-hosting.md)
  --verbose         show what the functions log

  DYNAMODB_ENDPOINT names another DynamoDB to use instead of the embedded one: http://localhost:8000`;

export interface Settings {
  port: number;
  host: string;
  dataDirectory: string;
  resumeFile: string;
  /** Origin under which a proxy in front publishes the site. */
  publicOrigin: string | undefined;
  verbose: boolean;
  dynamodbEndpoint: string | undefined;
}

/** @returns undefined where the help was asked for and printed */
export function readSettings(command: string, args: string[]): Settings | undefined {
  const values = readArguments(command, args, SERVE_OPTIONS);
  if (values.help) {
    console.log(`Usage: ${command} -- [options]\n${SERVE_HELP}`);
    return undefined;
  }
  return {
    port: readPort(values.port),
    host: values.host,
    dataDirectory: resolve(values.data),
    resumeFile: resolve(values.resume),
    publicOrigin: values['public-url'] === undefined ? undefined : readOrigin(values['public-url']),
    verbose: values.verbose,
    dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'] || undefined,
  };
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash) {
    throw new UserError(
      `--public-url is ${JSON.stringify(text)}.`,
      'Give scheme and host, such as https://resume.example.com; the site is at the root of its host.',
    );
  }
  return url.origin;
}

export interface Serving {
  cloud: LocalCloud;
  /** Builds the functions anew; invocations under way finish on the old code. */
  rebuildFunctions(): Promise<void>;
}

/**
 * Builds everything and starts it; resolves when visits are counted.
 * @param finish what is served instead of the site as built
 */
export async function serve(
  settings: Settings,
  finish: (site: BuiltSite) => BuiltSite = (site) => site,
): Promise<Serving> {
  const build = () => buildFunctions({ outDirectory: FUNCTIONS_DIRECTORY });
  const [{ warnings, ...site }] = await Promise.all([
    cachedBuild({
      resumeFile: settings.resumeFile,
      outDirectory: SITE_DIRECTORY,
      url: settings.publicOrigin,
      sources: ['site', 'shared', 'contract', 'package-lock.json'].map((source) => join(PROJECT, source)),
      build: async () => {
        const { buildSite } = await import('../../site/builder/index.ts');
        return buildSite({
          resumeFile: settings.resumeFile,
          outDirectory: SITE_DIRECTORY,
          url: settings.publicOrigin,
        });
      },
    }),
    build(),
  ]);
  for (const warning of warnings) console.warn(warning);
  const cloud = await startLocalCloud({
    topology: (origins) =>
      localTopology({
        functionsDirectory: FUNCTIONS_DIRECTORY,
        allowedOrigins: origins,
      }),
    dataDirectory: settings.dataDirectory,
    dynamodbEndpoint: settings.dynamodbEndpoint,
    host: settings.host,
    port: settings.port,
    publicOrigin: settings.publicOrigin,
    site: finish(site),
    log: (level, message) => {
      if (settings.verbose || level === 'warn' || level === 'error') console.error(message);
    },
  });
  return {
    cloud,
    rebuildFunctions: async () => {
      await build();
      await Promise.all(
        cloud.topology.functions.map(({ functionName }) => cloud.reloadFunction(functionName)),
      );
    },
  };
}

/** Longer than every component's own limit for stopping, added up. */
const CLOSE_PATIENCE_MS = 30_000;

/** Closes gracefully on Ctrl-C or SIGTERM, within a limit. A second signal ends the process immediately. */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(130);
      closing = true;
      console.log('\nStopping. Pages are told to reconnect, and running work is finished.');
      setTimeout(() => {
        console.error(`Not everything has stopped within ${CLOSE_PATIENCE_MS / 1000} s. Ending anyway.`);
        process.exit(1);
      }, CLOSE_PATIENCE_MS).unref();
      close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error('Stopping failed:', error);
          process.exit(70);
        },
      );
    });
  }
  // A bug in one request must not end the server, and must not be silent either.
  process.on('unhandledRejection', (reason) =>
    console.error('A bug in Cloud Resume; the server keeps running. Please report it:', reason),
  );
}
