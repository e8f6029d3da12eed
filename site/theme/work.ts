import { linked, type Context } from './context.ts';
import { byline, entry, heading } from './entry.ts';
import { markup, type Html } from './html.ts';
import { inline } from './markdown.ts';
import type { Entry } from './outline.ts';

/** Groups consecutive roles at one employer under its name. */
export function work(context: Context, jobs: Entry[]): Html[] {
  const groups: Entry[][] = [];
  for (const job of jobs) {
    const group = groups.at(-1);
    if (employerOf(job).text && group && employerOf(group[0]!).text === employerOf(job).text) group.push(job);
    else groups.push([job]);
  }
  return groups.map((roles) => (roles.length === 1 ? entry(context, roles[0]!) : employer(context, roles)));
}

function employerOf({ title, at = title }: Entry) {
  return at;
}

function employer(context: Context, roles: Entry[]): Html {
  const place = employerOf(roles[0]!);
  const details = shared(roles.map((role) => role.details[0]));
  const description = shared(roles.map((role) => role.description));
  return markup`<article class="employer">${heading(context, linked(place))}${byline(context, [details, description && inline(description)])}${roles.map(
    (role) => {
      const other = employerOf(role).url;
      return entry(
        context,
        {
          ...role,
          title: { text: role.title.text },
          at: undefined,
          details: [details ? undefined : role.details[0], { url: other === place.url ? undefined : other }],
          description: description ? undefined : role.description,
        },
        4,
      );
    },
  )}</article>`;
}

/** What all roles that say something say. */
function shared<Value>(values: (Value | undefined)[]): Value | undefined {
  const different = new Set(values.filter(Boolean));
  return different.size === 1 ? [...different][0] : undefined;
}
