/** `npm run build`: the site, and the functions and their packages beside it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackages } from '../../functions/package.ts';
import { buildSite } from '../../site/builder/index.ts';
import type { Paper } from '../../site/builder/files/pdf.ts';
import { readArguments } from '../terminal/arguments.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run build';
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const HELP = `Usage: ${COMMAND} -- [options]

  --resume FILE      the résumé: JSON Resume as .json (comments allowed), .yaml or .yml (default resume.json)
  --out FOLDER       where the site goes (default dist/site); refused when it holds files that no build put there
  --url URL          where the page will be, such as https://example.com (default: meta.site.url of the résumé)
  --theme PACKAGE    a published JSON Resume theme instead of our own: jsonresume-theme-even, or a folder
  --paper a4|letter  size of resume.pdf (default a4)
  --no-pdf           do not print resume.pdf

Beside FOLDER goes FOLDER.manifest.json: each file's type, caching and hash, and the Content-Security-Policy.
The default build also bundles the functions into dist/functions and packs each into a zip there, for Terraform.

Exit codes: 0 built (warnings are shown), 1 the résumé or the command line has a fault and nothing was changed,
70 a fault in this program.`;

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    resume: { type: 'string', default: 'resume.json' },
    out: { type: 'string' },
    url: { type: 'string' },
    theme: { type: 'string' },
    paper: { type: 'string', default: 'a4' },
    'no-pdf': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);

  const outDirectory = values.out ?? join(DIST, 'site');
  const [{ manifest, siteHash, warnings }] = await Promise.all([
    buildSite({
      resumeFile: values.resume,
      outDirectory,
      url: values.url && readUrl(values.url),
      theme: values.theme,
      paper: readPaper(values.paper),
      pdf: !values['no-pdf'],
    }),
    values.out ? undefined : buildPackages({ outDirectory: join(DIST, 'functions') }),
  ]);
  for (const warning of warnings) console.warn(`${warning}\n`);
  console.log(`Built ${manifest.files.length} files into ${values.out ?? 'dist/site'}.`);
  console.log(`SHA-256 of the site: ${siteHash}`);
});

function readPaper(text: string): Paper {
  if (text === 'a4' || text === 'letter') return text;
  throw new UserError(`--paper is ${JSON.stringify(text)}.`, 'Give a4 or letter.');
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UserError(
    `--url is ${JSON.stringify(text)}.`,
    'Give the whole address, such as https://example.com.',
  );
}
