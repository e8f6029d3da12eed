#!/usr/bin/env bash
# roll-back.sh ENVIRONMENT
# Deploys the last release that passed its smoke test, with that release's own commands. deploy.json in the state bucket contains its
# commit. The job stays failed: someone has to look into it.
set -euo pipefail

release=$(npm run --silent pipeline -- live-commit --env "$1")
if [[ -z $release ]]; then
  echo "::error::No release of $1 has passed its smoke test yet, so there is nothing to roll back to."
  exit 1
fi
if [[ $release == $(git rev-parse HEAD) ]]; then
  echo "::error::The last good release of $1 is this commit, so a rollback would change nothing. Read the error above and run the workflow again."
  exit 1
fi

folder=$(mktemp -d)
trap 'git worktree remove --force "$folder/release"; rm -rf "$folder"' EXIT
git worktree add --quiet --detach "$folder/release" "$release"
cd "$folder/release"
echo "Rolling back to $release."
npm ci --ignore-scripts --no-audit --no-fund
# As in deploy.sh.
timeout --signal=INT --kill-after=5m 45m npm run --silent deploy -- --env "$1" --yes
echo "::warning::$1 is back at $release."
