/** Sections whose entries have a title, a byline and a date. */
import type { Award, Certificate, Education, Project, Publication, Volunteer } from '../resume/types.ts';
import { linked, period, time, type Context } from './context.ts';
import { DOT, entry } from './entry.ts';
import { join, markup, type Html } from './html.ts';

export function projects(context: Context, list: Project[]): Html[] {
  return list.map((project) =>
    entry(context, {
      ...project,
      title: linked(project.name, project.url),
      byline: [
        project.roles?.length ? project.roles.join(context.words.comma) : undefined,
        project.entity,
        project.type,
        project.location,
      ],
      when: period(context, project),
      summary: project.description,
    }),
  );
}

export function volunteer(context: Context, list: Volunteer[]): Html[] {
  return list.map(({ organization, url, position, location, ...rest }) =>
    entry(context, {
      ...rest,
      title: position || linked(organization, url),
      byline: [position ? linked(organization, url) : undefined, location],
      when: period(context, rest),
    }),
  );
}

export function education(context: Context, list: Education[]): Html[] {
  const { words } = context;
  return list.map(({ institution, url, area, studyType, score, courses, location, ...rest }) => {
    const degree = join([studyType, area], words.comma);
    return entry(context, {
      ...rest,
      title: degree.text ? degree : linked(institution, url),
      byline: [
        degree.text ? linked(institution, url) : undefined,
        location,
        score ? markup`${words.score} ${score}` : undefined,
      ],
      when: period(context, rest),
      more: courses?.length
        ? markup`<p class="list"><b>${words.courses}</b> ${join(courses, DOT)}</p>`
        : undefined,
    });
  });
}

export function awards(context: Context, list: Award[]): Html[] {
  return list.map(({ title, url, awarder, location, date, ...rest }) =>
    entry(context, {
      ...rest,
      title: linked(title, url),
      byline: [awarder, location],
      when: time(context, date),
    }),
  );
}

export function certificates(context: Context, list: Certificate[]): Html[] {
  return list.map(({ name, url, issuer, location, date, startDate, endDate, ...rest }) =>
    entry(context, {
      ...rest,
      title: linked(name, url),
      byline: [issuer, location],
      when: validity(context, date, { startDate, endDate }),
    }),
  );
}

export function publications(context: Context, list: Publication[]): Html[] {
  return list.map(({ name, url, authors, publisher, location, releaseDate, ...rest }) =>
    entry(context, {
      ...rest,
      title: linked(name, url),
      byline: [authors?.join(context.words.comma), publisher, location],
      when: time(context, releaseDate),
    }),
  );
}

/** The date of a certificate, and until when it is valid. Without an end it does not last until "Present". */
function validity(
  context: Context,
  date: string | undefined,
  { startDate = date, endDate }: { startDate: string | undefined; endDate: string | undefined },
): Html | undefined {
  const parts = [
    date !== startDate && time(context, date),
    endDate ? period(context, { ...(startDate && { startDate }), endDate }) : time(context, startDate),
  ];
  const shown = join(parts, DOT);
  return shown.text === '' ? undefined : shown;
}
