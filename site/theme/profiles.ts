/** Online profiles. */
import type { Profile } from '../resume/types.ts';
import { hostOf } from './links.ts';

/** Names that are not written as an ordinary word. */
// prettier-ignore
const NETWORKS = [
  'AngelList', 'Codeforces', 'CodePen', 'DEV', 'Docker Hub', 'GitHub', 'GitLab', 'Google Scholar', 'Hacker News',
  'HackerRank', 'Hugging Face', 'LeetCode', 'LinkedIn', 'npm', 'ORCID', 'Product Hunt', 'PyPI', 'ResearchGate',
  'SoundCloud', 'Stack Overflow', 'TikTok', 'VK', 'WeChat', 'WhatsApp', 'WordPress', 'XING', 'YouTube',
];
const USUAL = new Map(NETWORKS.map((name) => [plain(name), name]));

/** The network in its usual spelling (`github` becomes `GitHub`), or the host of the URL. */
export function networkName({ network, url }: Profile): string | undefined {
  const name = network?.trim();
  if (!name) return url ? hostOf(url) : undefined;
  const isLowerCase = name === name.toLowerCase() && !name.includes('.');
  return USUAL.get(plain(name)) ?? (isLowerCase ? capitalised(name) : name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s-]/g, '');
}

function capitalised(name: string): string {
  return name.replace(/^./u, (letter) => letter.toUpperCase());
}
