/** Finds the language of a résumé that does not name it: by its script, or for Latin letters by its trigrams. */
import { francAll } from 'franc-min';
import { isObject } from '../../../shared/path.ts';
import { isLanguageTag, languageFor } from '../../language/index.ts';
import { isSafeLink } from '../../theme/links.ts';
import type { Resume } from '../types.ts';
import { plainKey } from './fields.ts';
import { isEmail } from './links.ts';
import type { Notes } from './notes.ts';
import { leaves } from './text.ts';

/** Shares of all letters that make a text one of that script: résumés in Chinese are full of English words. */
const SCRIPTS: [pattern: RegExp, share: number, language: (text: string) => string][] = [
  [/\p{sc=Hangul}/gu, 0.1, () => 'ko'],
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/gu, 0.05, () => 'ja'],
  [/\p{sc=Han}/gu, 0.1, (text) => (isTraditional(text) ? 'zh-Hant' : 'zh-Hans')],
  [/\p{sc=Hebrew}/gu, 0.2, () => 'he'],
  [/\p{sc=Devanagari}/gu, 0.2, () => 'hi'],
  [/\p{sc=Arabic}/gu, 0.2, (text) => (/[پچژگ]/.test(text) ? 'fa' : 'ar')],
  [/\p{sc=Cyrillic}/gu, 0.2, (text) => (/[іїєґ]/i.test(text) ? 'uk' : 'ru')],
  [/\p{sc=Greek}/gu, 0.2, () => 'el'],
  [/\p{sc=Thai}/gu, 0.2, () => 'th'],
];

/** Common characters that only one of the two Chinese scripts has. */
const TRADITIONAL = /[們個學經歷專業國體應與開發設計實習電話資訊網頁語後會為當機構參與團隊導師獎證書聯絡]/g;
const SIMPLIFIED = /[们个学经历专业国体应与开发设计实习电话资讯网页语后会为当机构参与团队导师奖证书联络]/g;

/** Characters of text below which trigrams only guess. */
const MIN_LENGTH = 200;

/** Sets `meta.site.language` where it is missing and not English, which is the default. */
export function setLanguage(resume: Resume, input: Record<string, unknown>, notes: Notes): void {
  const site = resume.meta?.['site'];
  if (site !== undefined && (!isObject(site) || site['language'] !== undefined)) return;
  const meta = isObject(input['meta']) ? input['meta'] : {};
  const named = [...Object.entries(input), ...Object.entries(meta)].map(pageLanguage).find(Boolean);
  const language = named ?? detectLanguage(resume);
  if (!language || language === 'en') return;
  resume.meta = { ...resume.meta, site: { ...site, language } };
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  const why = named ? 'the file names it' : 'detected from the text';
  notes.everywhere(
    [],
    `meta.site.language is missing; it is read as ${name} (${language}), ${why}. Set it if that is wrong`,
  );
}

/** `"language": "de"` at the top or in `meta` names the page's language, not one that the person speaks. */
export function pageLanguage([key, value]: [string, unknown]): string | undefined {
  const names = ['language', 'lang', 'datalang', 'locale'].includes(plainKey(key));
  return names && typeof value === 'string' && isLanguageTag(value) && languageFor(value)
    ? Intl.getCanonicalLocales(value)[0]
    : undefined;
}

/** A BCP 47 tag; `undefined` for too little text. */
export function detectLanguage(resume: Resume): string | undefined {
  const { meta: _meta, $schema: _schema, ...content } = resume;
  const texts = leaves(content).filter((text) => !isSafeLink(text) && !isEmail(text));
  const text = texts.join('\n');
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  for (const [pattern, share, language] of SCRIPTS)
    if ((text.match(pattern)?.length ?? 0) > letters * share) return language(text);
  return latinLanguage(texts.filter((text) => text.split(/\s+/).length > 3).join('\n'));
}

function latinLanguage(text: string): string | undefined {
  if (text.length < MIN_LENGTH) return undefined;
  const [best] = francAll(text)[0] ?? [];
  if (!best || best === 'und') return undefined;
  // franc-min knows no Danish and no Norwegian and takes both for Swedish.
  return best === 'swe' && /[æø]/i.test(text) ? 'da' : Intl.getCanonicalLocales(best)[0];
}

function isTraditional(text: string): boolean {
  return (text.match(TRADITIONAL)?.length ?? 0) > (text.match(SIMPLIFIED)?.length ?? 0);
}
