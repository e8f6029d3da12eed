/** Keeps one comment about one thing at a pull request: the newest plan, the preview's address. A step of workflows. */
import { readFile } from 'node:fs/promises';
import { readArguments } from '../terminal/arguments.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';
import { connectToGitHub } from './github.ts';

interface Comment {
  id: number;
  body: string;
}

run(async () => {
  const values = readArguments('cli/pipeline/comment.ts', process.argv.slice(2), {
    'pull-request': { type: 'string' },
    about: { type: 'string' },
    file: { type: 'string' },
    text: { type: 'string' },
  });
  const { 'pull-request': pullRequest, about } = values;
  const text = values.file === undefined ? values.text : await readFile(values.file, 'utf8');
  if (!pullRequest || !about || !text) {
    throw new UserError(
      '--pull-request, --about, or both of --file and --text are missing.',
      'Give a number, a word that names the comment, and what it shall say.',
    );
  }
  const github = connectToGitHub();
  // Not seen by people; the next run finds the comment by it.
  const marker = `<!-- cloud-resume ${about} -->`;
  const body = `${marker}\n${text}`;
  const comments = await github.list<Comment>(`/issues/${pullRequest}/comments`);
  const own = comments.find((comment) => comment.body.startsWith(marker));
  if (own) await github.ask('PATCH', `/issues/comments/${own.id}`, { body });
  else await github.ask('POST', `/issues/${pullRequest}/comments`, { body });
  console.log(own ? `Renewed the comment about ${about}.` : `Wrote a comment about ${about}.`);
});
