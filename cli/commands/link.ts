/** `npm run link`: links that count how often they are opened. */
import { randomBytes } from 'node:crypto';
import { linkIdOf, linkUrl, newLink, putLink, removeLink, type Link } from '../count/links.ts';
import { minuteOf, visitsText } from '../count/report.ts';
import { readStatistics } from '../count/statistics.ts';
import { printable } from '../../shared/printable.ts';
import { suggest } from '../../shared/suggest.ts';
import { UserError } from '../../shared/user-error.ts';
import type { OpenCounter } from '../local/counter.ts';
import { Option } from '@commander-js/extra-typings';
import { defineCounterCommand, withCounter } from './counter-options.ts';

export const command = defineCounterCommand(
  'link',
  'Creates a link to your résumé that counts how often it is opened, and prints its URL. Give each recipient their own. ' +
    'The page says that the link counts; who opens it is not recorded (docs/links.md).',
)
  .argument('[label]', 'your name for it, such as "Acme, platform team"; part of it is readable in the URL')
  .option('--edition <path>', 'open this page instead of the index, such as de')
  .addOption(new Option('--list', 'list all links with their visits').conflicts(['remove', 'edition']))
  .addOption(new Option('--remove <link>', 'remove a link, given its URL or id').conflicts('edition'))
  .action(async (label, { edition, list, remove, ...where }) => {
    if ([label, list, remove].filter((given) => given !== undefined).length !== 1)
      throw new UserError(
        'Give a label, --list or --remove.',
        'For a new link: npm run link -- "Acme, platform team"',
      );
    const id = remove === undefined ? undefined : linkIdOf(remove);
    const link =
      label === undefined ? undefined : newLink(label, { edition, nowMs: Date.now(), random: randomBytes });
    await withCounter({ ...where, create: link !== undefined }, async (counter) => {
      if (link) await create(counter, link);
      else if (id) await removeFrom(counter, id);
      else print(counter, (await readStatistics(counter.database, Date.now())).links);
    });
  });

async function create(counter: OpenCounter, link: Link): Promise<void> {
  const { edition } = link;
  // These take no links: they have no room for the sentence that says so.
  const pages = counter.pages?.filter((path) => !/^(how|privacy(-.+)?)$/.test(path));
  if (edition !== undefined && pages && !pages.includes(edition)) {
    const meant = suggest(edition, pages);
    throw new UserError(
      `The site has no page /${edition} for links.`,
      meant ? `Did you mean --edition ${meant}?` : `Pages besides the index: ${pages.join(', ') || 'none'}.`,
    );
  }
  await putLink(counter.database, link);
  console.log(`${link.label}: a visit through this link is counted for it, in ${counter.name}.`);
  console.log(linkUrl(counter.url, link));
}

async function removeFrom(counter: OpenCounter, id: string): Promise<void> {
  if (!(await removeLink(counter.database, id)))
    throw new UserError(`${counter.name} has no link ${id}.`, 'See all links: npm run link -- --list');
  console.log(`Removed ${id}. Its URL still opens your résumé, and its visits stay in the count.`);
}

function print(counter: OpenCounter, links: Link[]): void {
  if (links.length === 0)
    console.log(`${counter.name} has no links. Create one: npm run link -- "Acme, platform team"`);
  for (const link of links) {
    const { visits, lastVisitAt } = link;
    const last = lastVisitAt === undefined ? '' : `, last on ${minuteOf(lastVisitAt)}`;
    console.log(`${printable(link.label)}: ${visitsText(visits)}${last}`);
    console.log(`  ${linkUrl(counter.url, link)}`);
  }
}
