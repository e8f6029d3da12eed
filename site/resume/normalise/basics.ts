/** Reads who the résumé is about: from `basics`, from objects that others call it, and from keys at the top. */
import { isObject, type Path } from '../../../shared/path.ts';
import type { Basics, Location, Profile } from '../types.ts';
import { BASICS, BASICS_AKA, LOCATION, names, NETWORKS, plainKey, PROFILE } from './fields.ts';
import { isEmail, readUrl } from './links.ts';
import type { Notes } from './notes.ts';
import { keepUnknown, readFields } from './read-fields.ts';
import { isBlank, lineText } from './text.ts';

type Entry = Record<string, unknown>;
type Part = { input: Entry; path: Path };

const PROFILES =
  'profiles social socials socialnetworks networks links sociallinks socialmedia accounts'.split(' ');
const LOCATIONS = ['location', 'address', 'place', 'residence', 'city', 'workplace'];
const GIVEN_NAMES = ['firstname', 'givenname'];
const FAMILY_NAMES = ['lastname', 'familyname', 'surname'];
/** `"name": { "first": "Ada", "last": "Byron" }` */
const PART_OF_NAME = /^(first|given|last|family)(name)?$/;
const TOP_LEVEL = new Set(
  [
    ...Object.entries(BASICS).flatMap(names),
    ...PROFILES,
    ...LOCATIONS,
    ...GIVEN_NAMES,
    ...FAMILY_NAMES,
    ...Object.keys(NETWORKS),
  ].filter((key) => !['portfolio', 'blog'].includes(key)),
);

/** `linkedin`, `linkedinUrl` */
function networkOf(key: string): string | undefined {
  return NETWORKS[plainKey(key).replace(/(url|link|profile)$/, '')];
}

/** Separates what belongs to `basics` from the rest of the file. */
export function splitTopLevel(input: Entry): { basics: Part[]; rest: Entry } {
  const parts: Part[] = [];
  const top: Entry = {};
  const rest = { ...input };
  const take = (key: string, part: unknown, path: Path) => {
    if (isObject(part)) parts.push({ input: part, path });
    delete rest[key];
  };
  if (isObject(input['basics'])) take('basics', input['basics'], ['basics']);
  for (const key of Object.keys(rest)) {
    const value = rest[key];
    const isAka = key === 'basics' || BASICS_AKA.some((aka) => plainKey(aka) === plainKey(key));
    const single = Array.isArray(value) && value.length === 1 && isObject(value[0]);
    if (isAka && single) take(key, value[0], [key, 0]);
    else if (isAka && isObject(value)) take(key, value, [key]);
    else if (TOP_LEVEL.has(plainKey(key)) || (networkOf(key) && typeof value === 'string')) {
      top[key] = value;
      delete rest[key];
    }
  }
  if (Object.keys(top).length) parts.push({ input: top, path: [] });
  return { basics: parts, rest };
}

export function readBasics(parts: Part[], notes: Notes): Basics {
  const basics: Entry = {};
  for (const { input, path } of parts) {
    const part = readPart(input, path, notes);
    if (path[0] !== 'basics')
      for (const from of path.length ? [path] : Object.keys(input).map((key) => [key]))
        notes.changed(from, '→ basics');
    for (const [key, value] of Object.entries(part)) merge(basics, key, value, [...path, key], notes);
  }
  return basics;
}

function merge(basics: Entry, key: string, value: unknown, path: Path, notes: Notes): void {
  const earlier = basics[key];
  if (earlier === undefined || earlier === value) basics[key] = value;
  else if (key === 'profiles') basics[key] = [...(earlier as Profile[]), ...(value as Profile[])];
  else if (key === 'location') basics[key] = { ...(value as Location), ...(earlier as Location) };
  else if (key === 'summary') basics[key] = `${earlier as string}\n\n${value as string}`;
  else keepUnknown(basics, `${path.join('-')}`, value, [], path, notes);
}

function readPart(input: Entry, path: Path, notes: Notes): Basics {
  const rest = { ...input };
  const { name } = input;
  if (isObject(name) && Object.keys(name).some((key) => PART_OF_NAME.test(plainKey(key)))) {
    delete rest['name'];
    for (const [key, part] of Object.entries(name))
      rest[plainKey(key).replace(PART_OF_NAME, '$1name')] = part;
  }
  const take = (names: string[]) => {
    const key = Object.keys(rest).find((name) => names.includes(plainKey(name)) && !isBlank(rest[name]));
    if (key === undefined) return undefined;
    const taken = { value: rest[key], path: [...path, key] };
    delete rest[key];
    return taken;
  };
  const given = take(GIVEN_NAMES);
  const family = take(FAMILY_NAMES);
  if (isBlank(rest['name']) && (given ?? family)) {
    rest['name'] = [given, family]
      .map((part) => part && lineText(part.value, part.path, notes))
      .filter(Boolean)
      .join(' ');
    notes.changed(path, 'first and last name → name');
  }
  const location: Location = {};
  for (let found = take(LOCATIONS); found; found = take(LOCATIONS))
    Object.assign(location, { ...readLocation(found.value, found.path, notes), ...location });
  const profiles: Profile[] = [];
  for (let found = take(PROFILES); found; found = take(PROFILES))
    profiles.push(...readProfiles(found.value, found.path, notes));
  const isUrl = (key: string) => names(['url', BASICS['url']!]).includes(plainKey(key));
  for (const key of Object.keys(rest).filter((key) => isUrl(key) && typeof rest[key] === 'object')) {
    profiles.push(...readProfiles(rest[key], [...path, key], notes));
    delete rest[key];
  }
  for (const key of Object.keys(rest).filter((key) => networkOf(key) && !isBlank(rest[key]))) {
    profiles.push(...readProfiles({ [key]: rest[key] }, path, notes));
    delete rest[key];
  }
  return {
    ...readFields(rest, BASICS, path, notes),
    ...(Object.keys(location).length && { location }),
    ...(profiles.length && { profiles }),
  };
}

function readLocation(value: unknown, path: Path, notes: Notes): Location {
  if (isObject(value)) return readFields(value, LOCATION, path, notes);
  const key = plainKey(String(path.at(-1))) === 'address' ? 'address' : 'city';
  notes.changed(path, `is text, read as { ${key} }`);
  return { [key]: lineText(value, path, notes) };
}

function readProfiles(value: unknown, path: Path, notes: Notes): Profile[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => readProfiles(item, [...path, index], notes));
  if (isBlank(value)) return [];
  if (isObject(value)) {
    const keyed = Object.keys(value).filter((key) => networkOf(key));
    const others = Object.keys(value).filter((key) => !keyed.includes(key) && !isBlank(value[key]));
    const isList = others.every((key) => !PROFILE_KEYS.has(plainKey(key)));
    const single = Object.fromEntries(others.map((key) => [key, value[key]]));
    return [
      ...keyed.map((key) => keyedProfile(key, value[key], [...path, key], notes)),
      ...(isList
        ? others.map((key) => keyedProfile(key, value[key], [...path, key], notes))
        : others.length
          ? [readFields(single, PROFILE, path, notes)]
          : []),
    ].filter((profile) => leadsSomewhere(profile, path, notes));
  }
  notes.changed(path, 'is text, read as { url }');
  return [urlOrName(lineText(value, path, notes))];
}

/** A template's `{ "network": "LinkedIn", "username": "" }` would only show an empty line. */
function leadsSomewhere(profile: Profile, path: Path, notes: Notes): boolean {
  if (!profile.network) return Object.keys(profile).length > 0;
  if (Object.keys(profile).length > 1) return true;
  notes.warn(path, `names ${profile.network} without a user name or URL; it is left out`);
  return false;
}

const PROFILE_KEYS = new Set(Object.entries(PROFILE).flatMap(names));

/** `"github": "ada"`, `"github": "https://github.com/ada"`, `"github": { "username": "ada" }` */
function keyedProfile(key: string, value: unknown, path: Path, notes: Notes): Profile {
  if (isBlank(value)) return {};
  notes.changed(path, '→ profiles');
  const network = networkOf(key) ?? key;
  if (isObject(value)) return { network, ...readFields(value, PROFILE, path, notes) };
  return { network, ...urlOrName(lineText(value, path, notes)) };
}

function urlOrName(text: string): Profile {
  const read = readUrl(text);
  if ('url' in read) return { url: read.url };
  // `ada.byron` is a name, although it looks like a host.
  const isUrl = 'completed' in read && !isEmail(text) && /\/|^www\./.test(text);
  return isUrl ? { url: read.completed } : { username: text };
}
