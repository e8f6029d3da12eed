/** Which test runs a documented command, and by which of its words one sees it. */
export const RUN_BY: Record<string, { file: string; shows: string }> = {
  'npm run start': { file: 'test/support/server.ts', shows: "command: 'start' | 'dev' = 'start'" },
  'npm run dev': { file: 'test/e2e/dev.test.ts', shows: "'dev'" },
  'npm run build': { file: 'cli/build.test.ts', shows: 'cli/build.ts' },
  'npm run test': { file: '.ci/run', shows: 'npm test' },
};
