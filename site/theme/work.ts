import type { Work } from '../resume/types.ts';
import { linked, period, type Context } from './context.ts';
import { byline, entry, heading } from './entry.ts';
import { markup, type Html } from './html.ts';
import { inline } from './markdown.ts';

/** Groups consecutive roles at one employer under its name. */
export function work(context: Context, jobs: Work[]): Html[] {
  return byEmployer(jobs).map((roles) =>
    roles.length === 1 ? job(context, roles[0]!) : employer(context, roles),
  );
}

function job(context: Context, role: Work): Html {
  const { name, url, position, location, description } = role;
  return entry(context, {
    ...role,
    title: position || linked(name, url),
    byline: [position ? linked(name, url) : undefined, location, description && inline(description)],
    when: period(context, role),
  });
}

function employer(context: Context, roles: Work[]): Html {
  const { name, url } = roles[0]!;
  const shared = (field: 'location' | 'description') => {
    const values = new Set(roles.map((role) => role[field]).filter(Boolean));
    return values.size === 1 ? [...values][0] : undefined;
  };
  const location = shared('location');
  const description = shared('description');
  return markup`<article class="employer">${heading(context, linked(name, url)!)}${byline(context, [location, description && inline(description)])}${roles.map(
    (role) =>
      entry(
        context,
        {
          ...role,
          title: role.position ?? role.name,
          byline: [
            location ? undefined : role.location,
            description ? undefined : role.description && inline(role.description),
            role.url === url ? undefined : linked(undefined, role.url),
          ],
          when: period(context, role),
        },
        4,
      ),
  )}</article>`;
}

function byEmployer(jobs: Work[]): Work[][] {
  const groups: Work[][] = [];
  for (const job of jobs) {
    const group = groups.at(-1);
    if (job.name && group?.[0]?.name === job.name) group.push(job);
    else groups.push([job]);
  }
  return groups;
}
