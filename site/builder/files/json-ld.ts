import type { Resume } from '../../resume/types.ts';
import { isSafeLink } from '../../theme/links.ts';
import { plain } from '../../theme/markdown.ts';

/** A schema.org Person as JSON-LD, for search engines. `image` is the photo's URL. */
export function jsonLd(
  resume: Resume,
  { url, image }: { url?: string | undefined; image?: string | undefined },
): string {
  const {
    basics = {},
    work = [],
    education = [],
    skills = [],
    languages = [],
    awards = [],
    certificates = [],
  } = resume;
  const { location, profiles = [] } = basics;
  return JSON.stringify(
    prune({
      '@context': 'https://schema.org',
      '@type': 'Person',
      name: basics.name,
      jobTitle: basics.label,
      description: basics.summary && plain(basics.summary),
      url: url ?? basics.url,
      image,
      email: basics.email,
      telephone: basics.phone,
      address: location && {
        '@type': 'PostalAddress',
        streetAddress: location.address,
        postalCode: location.postalCode,
        addressLocality: location.city,
        addressRegion: location.region,
        addressCountry: location.countryCode,
      },
      sameAs: [url ? basics.url : undefined, ...profiles.map((profile) => profile.url)].filter(
        (link) => link && isSafeLink(link),
      ),
      worksFor: unique(
        work.filter(({ endDate }) => !endDate).map(({ name, url }) => organization(name, url)),
      ),
      alumniOf: unique(
        education.map(({ institution, url }) => organization(institution, url, 'EducationalOrganization')),
      ),
      hasCredential: certificates.map(({ name }) => ({ '@type': 'EducationalOccupationalCredential', name })),
      award: awards.map(({ title }) => title),
      knowsAbout: skills.map(({ name }) => name),
      knowsLanguage: languages.map(({ language }) => language),
    }),
  );
}

function organization(name: string | undefined, url: string | undefined, type = 'Organization') {
  return name ? { '@type': type, name, url: url && isSafeLink(url) ? url : undefined } : undefined;
}

function unique<T>(list: (T | undefined)[]): T[] {
  const seen = new Map(
    list.filter((item) => item !== undefined).map((item) => [JSON.stringify(item), item as T]),
  );
  return [...seen.values()];
}

/** Removes empty values. */
function prune(value: Record<string, unknown>): Record<string, unknown> {
  const filled = Object.entries(value)
    .map(([key, inner]): [string, unknown] => [key, Array.isArray(inner) ? inner.filter(Boolean) : inner])
    .filter(([, inner]) => inner && !(Array.isArray(inner) && !inner.length));
  return Object.fromEntries(filled);
}
