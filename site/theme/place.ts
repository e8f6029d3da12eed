/** Postal addresses. */
import { countryName } from '../language/index.ts';
import type { Location } from '../resume/types.ts';

export interface Place {
  /** Street, city with postcode, region: without what would appear twice. */
  parts: string[];
  country?: { code: string; name: string };
}

/** Countries that write the postcode after city and region: "San Francisco, CA 94115". */
const POSTCODE_LAST = ['US', 'CA', 'AU', 'GB', 'IE', 'IN', 'NZ', 'SG', 'PR'];

/**
 * An address in the order of its country.
 * @param tag language of the country's name
 */
export function placeOf({ address, postalCode, city, region, countryCode }: Location, tag: string): Place {
  const name = countryCode && countryName(tag, countryCode);
  const names = [city, name, countryCode, countryCode && countryName('en', countryCode)].map(comparable);
  const shownRegion = region && !names.includes(comparable(region)) ? region : undefined;
  const last = countryCode
    ? POSTCODE_LAST.includes(countryCode.toUpperCase())
    : /^[A-Z]{2}$/.test(region ?? '') && /^\d{5}(-\d{4})?$/.test(postalCode ?? '');
  const parts = last
    ? [address, city, words(shownRegion, postalCode)]
    : [address, words(postalCode, city), shownRegion];
  return {
    parts: parts.filter((part): part is string => Boolean(part?.trim())),
    ...(countryCode && name && { country: { code: countryCode, name } }),
  };
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

function comparable(text: string | undefined): string | undefined {
  return text?.trim().toLowerCase();
}
