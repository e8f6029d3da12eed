/** The JSON export of Reactive Resume (rxresu.me), versions 3 to 5. */
import { isObject } from '../../shared/path.ts';

type Item = Record<string, unknown>;

/** Sections whose `date` is a period. */
const PERIODS = new Set(['work', 'experience', 'education', 'projects', 'volunteer']);

/** @returns a résumé for the normaliser, which knows the other names of its keys */
export function fromReactiveResume(value: Record<string, unknown>): Record<string, unknown> {
  const basics = object(value['basics']);
  const sections = object(value['sections']);
  const { customFields, picture: photo, url, website, headline, ...person } = basics;
  const picture = object(photo ?? value['picture'])['url'];
  const summary = object(value['summary'] ?? sections['summary'])['content'] ?? person['summary'];
  const result: Record<string, unknown> = {
    basics: {
      ...person,
      headline,
      url: address(url ?? website),
      image: typeof picture === 'string' ? picture : undefined,
      summary: summary ?? undefined,
      profiles: itemsOf(sections['profiles']).map(({ network, username, url, website }) => ({
        network,
        username,
        url: address(url ?? website),
      })),
    },
  };
  if (Array.isArray(customFields) && customFields.length)
    result['customFields'] = customFields.map((field) =>
      [object(field)['name'], object(field)['value'] ?? object(field)['text']].filter(Boolean).join(': '),
    );
  for (const [name, section] of Object.entries(sections)) {
    if (['summary', 'profiles', 'basics', 'custom'].includes(name)) continue;
    const items = itemsOf(section).map((item) => entry(name, item));
    if (items.length) result[name] = items;
  }
  for (const [id, section] of [
    ...Object.entries(object(sections['custom'])),
    ...list(value['customSections']).map((custom): [string, unknown] => [String(custom['id']), custom]),
  ]) {
    const items = itemsOf(section).map((item) => entry(id, item));
    if (items.length) result[String(object(section)['name'] ?? object(section)['title'] ?? id)] = items;
  }
  return result;
}

/** Without what only the editor needs, and without hidden items. */
function itemsOf(section: unknown): Item[] {
  return list(object(section)['items']).filter(
    (item) => item['visible'] !== false && item['hidden'] !== true,
  );
}

function entry(
  section: string,
  {
    id: _id,
    visible: _visible,
    hidden: _hidden,
    icon: _icon,
    iconColor: _color,
    options: _options,
    ...item
  }: Item,
): Item {
  const { date, url, website, link, level, description, ...rest } = item;
  const dates = object(date);
  const isPeriod = PERIODS.has(section);
  return {
    ...rest,
    url: address(url ?? website ?? link),
    ...(isObject(date)
      ? { startDate: dates['start'], endDate: dates['end'] }
      : { [isPeriod ? 'period' : 'date']: date }),
    ...(section === 'languages'
      ? { fluency: description ?? item['fluency'] }
      : section === 'skills' && !rest['proficiency']
        ? { level: description }
        : { description }),
    // Stars from 0 to 5. Zero means that none are shown.
    ...(Number(level) > 0 && !description && { level: `${Number(level)}/5` }),
  };
}

/** `{ "label": "", "href": "https://…" }` */
function address(value: unknown): unknown {
  return isObject(value) ? (value['href'] ?? value['url']) : value;
}

function object(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function list(value: unknown): Item[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
