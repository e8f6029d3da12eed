/** `cloud-resume upgrade`: after `npm update cloud-resume`. */
import { OWNER } from '../configuration/folders.ts';
import { upgrade } from '../owner/upgrade.ts';
import { defineCommand } from '../terminal/command.ts';

export const command = defineCommand(
  'upgrade',
  'After npm update cloud-resume: updates the files that init generated. Files that you have edited stay; it shows how they differ from the new ones.',
).action(() => upgrade(OWNER, console.log));
