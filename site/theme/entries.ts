/** Sections whose entries have a title, a byline and a date. */
import type { Award, Certificate, Education, Project, Publication, Volunteer } from '../resume/types.ts';
import { linked, period, time, type Context } from './context.ts';
import { DOT, entry } from './entry.ts';
import { join, markup, type Html } from './html.ts';

export function projects(context: Context, list: Project[]): Html[] {
  return list.map((project) =>
    entry({
      title: linked(project.name, project.url),
      byline: [
        project.roles?.length ? project.roles.join(context.words.comma) : undefined,
        project.entity,
        project.type,
      ],
      when: period(context, project),
      summary: project.description,
      highlights: project.highlights,
      keywords: project.keywords,
    }),
  );
}

export function volunteer(context: Context, list: Volunteer[]): Html[] {
  return list.map(({ organization, url, position, summary, highlights, ...dates }) =>
    entry({
      title: position || linked(organization, url),
      byline: [position ? linked(organization, url) : undefined],
      when: period(context, dates),
      summary,
      highlights,
    }),
  );
}

export function education(context: Context, list: Education[]): Html[] {
  const { words } = context;
  return list.map(({ institution, url, area, studyType, score, courses, ...dates }) => {
    const degree = join([studyType, area], words.comma);
    return entry({
      title: degree.text ? degree : linked(institution, url),
      byline: [
        degree.text ? linked(institution, url) : undefined,
        score ? markup`${words.score} ${score}` : undefined,
      ],
      when: period(context, dates),
      more: courses?.length
        ? markup`<p class="list"><b>${words.courses}</b> ${join(courses, DOT)}</p>`
        : undefined,
    });
  });
}

export function awards(context: Context, list: Award[]): Html[] {
  return list.map(({ title, awarder, date, summary }) =>
    entry({ title, byline: [awarder], when: time(context, date), summary }),
  );
}

export function certificates(context: Context, list: Certificate[]): Html[] {
  return list.map(({ name, url, issuer, date }) =>
    entry({ title: linked(name, url), byline: [issuer], when: time(context, date) }),
  );
}

export function publications(context: Context, list: Publication[]): Html[] {
  return list.map(({ name, url, publisher, releaseDate, summary }) =>
    entry({ title: linked(name, url), byline: [publisher], when: time(context, releaseDate), summary }),
  );
}
