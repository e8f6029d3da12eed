/** `cloud-resume init`: makes a folder ready to publish a résumé from. */
import { Argument, Option } from '@commander-js/extra-typings';
import { init } from '../owner/init.ts';
import { WORKFLOWS } from '../owner/project.ts';
import { defineCommand } from '../terminal/command.ts';

export const command = defineCommand(
  'init',
  'Makes a folder ready to publish a résumé from: package.json, resume.json, cloud-resume.json, a workflow, .gitignore and a README. ' +
    'Asks for what no flag answers. Never overwrites a file; run it again to add what is missing.',
)
  .addArgument(new Argument('[folder]', 'created if it does not exist').default('.', 'this folder'))
  .option(
    '--resume <file>',
    'your résumé: JSON Resume (JSON or YAML), LinkedIn’s data archive (zip) or Reactive Resume’s export',
  )
  .option('--name <name>', 'the first part of every name in AWS (default: from the folder’s name)')
  .addOption(
    new Option(
      '--workflows <kind>',
      'for GitHub Actions: shared calls the workflows of Cloud Resume’s repository, own copies them here',
    ).choices(WORKFLOWS),
  )
  .option('--yes', 'ask nothing', false)
  .action((folder, options) => init(folder, { ...options, say: console.log }));
