/** `npm run build`: the site, and the functions and their packages next to it. */
import { Option } from '@commander-js/extra-typings';
import { buildSite } from '../../site/builder/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { OWNER, resumeIn } from '../configuration/folders.ts';
import { readBuildSettings, readSiteSettings } from '../configuration/site-settings.ts';
import { buildAll } from '../local/build.ts';
import { defineCommand } from '../terminal/command.ts';
import { THEME_HELP } from './server-options.ts';
import { webUrl } from '../terminal/options.ts';

export const command = defineCommand(
  'build',
  'Builds the site from a résumé. Without --out it also bundles the functions and packs each into a zip for Terraform.',
  {
    details:
      'Next to the folder goes <folder>.manifest.json: the type, caching and hash of each file, and the Content-Security-Policy.',
  },
)
  .addOption(
    new Option(
      '--resume <file>',
      'the résumé: JSON Resume as .json (comments allowed), .yaml or .yml',
    ).default(resumeIn(OWNER), 'resume.json or resume.yaml'),
  )
  .option('--out <folder>', 'where the site goes (default: dist/site); refused when it holds other files')
  .option(
    '--url <url>',
    'where the page will be, such as https://example.com (default: meta.site.url of the résumé)',
    webUrl('--url'),
  )
  .option('--theme <package>', THEME_HELP)
  .addOption(
    new Option('--paper <size>', 'size of resume.pdf')
      .choices(['a4', 'letter'] as const)
      .default(undefined, 'paper of cloud-resume.json, else a4'),
  )
  .option('--no-pdf', 'do not print resume.pdf')
  .option('--fetch-photo', 'fetch the photo if basics.image is on another server', false)
  .option('--with-private', 'add resume.private.json, for yourself; needs --out', false)
  .action(async ({ resume, out, url, ...others }) => {
    if (others.withPrivate && out === undefined) {
      throw new UserError(
        '--with-private builds what must not be published, and dist/site is what is deployed.',
        'Choose another folder: --out dist/private',
      );
    }
    const settings = await readBuildSettings(resume);
    const options = {
      ...others,
      theme: others.theme ?? settings.theme,
      paper: others.paper ?? settings.paper,
      privacy: (await readSiteSettings()).privacy,
      resumeFile: resume,
      url: url?.href,
    };
    const { manifest, siteHash, warnings } = await (out === undefined
      ? buildAll(options)
      : buildSite({ ...options, outDirectory: out }));
    for (const warning of warnings) console.warn(`${warning}\n`);
    console.log(`Built ${manifest.files.length} files in ${out ?? 'dist/site'}.`);
    console.log(`SHA-256 of the site: ${siteHash}`);
  });
