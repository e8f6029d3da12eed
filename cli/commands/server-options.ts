/** What `npm start` and `npm run dev` have in common on the command line. */
import { join, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { OWNER, resumeIn } from '../configuration/folders.ts';
import { defineCommand } from '../terminal/command.ts';
import { webOrigin, wholeNumber } from '../terminal/options.ts';

/** Reads --port. */
export const PORT = wholeNumber('--port', 0, 65_535, '; 0 takes any free port');

export const THEME_HELP =
  'a JSON Resume theme such as jsonresume-theme-even, its folder, or built-in (default: theme of cloud-resume.json, else meta.theme of the résumé)';

export function defineServerCommand(name: string, description: string) {
  return defineCommand(name, description, {
    details:
      'DYNAMODB_ENDPOINT=http://localhost:8000 uses another DynamoDB instead of the embedded database.',
  })
    .option('--port <number>', 'port of the site and its WebSocket; 0 takes any free one', PORT, 4000)
    .option('--host <address>', 'address to listen on; the default is this machine only', '127.0.0.1')
    .addOption(path('--data <folder>', 'where the count is stored').default(join(OWNER, '.data'), '.data'))
    .addOption(path('--resume <file>', 'the résumé').default(resumeIn(OWNER), 'resume.json or resume.yaml'))
    .option('--theme <package>', THEME_HELP)
    .option(
      '--public-url <url>',
      'where a proxy in front publishes the site, such as https://resume.example.com; its X-Forwarded-For and X-Forwarded-Proto are trusted (docs/self-hosting.md)',
      webOrigin('--public-url'),
    )
    .option(
      '--console-port <number>',
      'port of the console; by default 4001, or any free one',
      wholeNumber('--console-port', 0, 65_535, '; 0 takes any free port'),
    )
    .option('--verbose', 'show what the functions log', false);
}

/** A path: relative to the current folder. */
function path<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser((given: string) => resolve(given));
}
