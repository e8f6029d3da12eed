/** Whether the site serves what was built: every file of the last deploy, byte for byte. */
import { createHash } from 'node:crypto';
import { bad, good, reasonOf, type Finding } from './finding.ts';

/**
 * @param files base64 SHA-256 of each file by its key; of a PDF the hash that its last line holds, because its bytes differ with the
 *   browser that printed it
 */
export async function checkFiles(
  site: URL,
  files: Record<string, string>,
  get: (url: URL) => Promise<Response>,
): Promise<Finding> {
  const problems: string[] = [];
  for (const [key, hash] of Object.entries(files)) {
    const problem = await problemOf(new URL(`/${key}`, site), hash, get);
    if (problem) problems.push(`/${key} ${problem}`);
  }
  if (problems.length === 0)
    return good('files', `all ${Object.keys(files).length} are those of the last deploy`);
  const some =
    problems.slice(0, 5).join(', ') + (problems.length > 5 ? ` and ${problems.length - 5} more` : '');
  return bad(
    'files',
    some,
    'Publish again: npm run deploy. If it stays, look for another program that writes to the bucket.',
  );
}

async function problemOf(
  url: URL,
  hash: string,
  get: (url: URL) => Promise<Response>,
): Promise<string | undefined> {
  try {
    const response = await get(url);
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return `answers ${response.status}`;
    const isSame = createHash('sha256').update(body).digest('base64') === hash;
    return isSame || body.subarray(-2_000).includes(hash) ? undefined : 'differs';
  } catch (error) {
    return `cannot be fetched (${reasonOf(error)})`;
  }
}
