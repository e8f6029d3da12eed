/** The two folders that every path starts from. By default they are the same. */
import { resolve } from 'node:path';

/** Where this program's code lives. Nothing is written here. */
export const PROGRAM = resolve(import.meta.dirname, '..', '..');

/** Names another owner's folder. */
export const FOLDER_VARIABLE = 'CLOUD_RESUME_FOLDER';

/** Where the owner's files are: resume.json, cloud-resume.json, and what is made from them in .data, dist and .cache. */
export const OWNER = resolve(process.env[FOLDER_VARIABLE] || PROGRAM);
