/** Steps of the workflows that are shell scripts, in .github/scripts. The npm package contains them too. */
export const SCRIPTS = [
  'confirm',
  'deploy',
  'destroy',
  'load-release',
  'plan',
  'roll-back',
  'store-release',
] as const;
