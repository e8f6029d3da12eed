/** Keeps one comment per subject on a pull request: the newest plan, the preview's address. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UserError } from '../../shared/user-error.ts';
import { connectToGitHub } from './github.ts';

interface Comment {
  id: number;
  body: string;
}

export async function comment(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      'pull-request': { type: 'string' },
      about: { type: 'string' },
      file: { type: 'string' },
      text: { type: 'string' },
    },
  });
  const { 'pull-request': pullRequest, about } = values;
  const text = values.file === undefined ? values.text : await readFile(values.file, 'utf8');
  if (!pullRequest || !about || !text) {
    throw new UserError(
      '--pull-request, --about, or both of --file and --text are missing.',
      'Give a number, a word that names the comment, and its text.',
    );
  }
  const github = connectToGitHub();
  // Invisible to people; the next run finds the comment by it.
  const marker = `<!-- cloud-resume ${about} -->`;
  const body = `${marker}\n${text}`;
  const comments = await github.list<Comment>(`/issues/${pullRequest}/comments`);
  const earlier = comments.find((comment) => comment.body.startsWith(marker));
  if (earlier) await github.ask('PATCH', `/issues/comments/${earlier.id}`, { body });
  else await github.ask('POST', `/issues/${pullRequest}/comments`, { body });
  console.log(earlier ? `Updated the comment about ${about}.` : `Wrote a comment about ${about}.`);
}
