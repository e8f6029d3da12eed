#!/usr/bin/env bash
# roll-back.sh ENVIRONMENT
# Deploys the release that was live before: the commit of the tag live/ENVIRONMENT, which moves only after a deploy has stood its
# test. It is checked out beside this one, so that its own commands deploy it. The job stays failed: somebody has to look.
set -euo pipefail

tag=live/$1
if ! release=$(git rev-parse --quiet --verify "refs/tags/$tag^{commit}"); then
  echo "::error::There is no tag $tag: no release of $1 has stood its test yet, so there is none to go back to."
  exit 1
fi
if [[ $release == $(git rev-parse HEAD) ]]; then
  echo "::error::$tag is this very commit: going back would change nothing. Look at what AWS says, and run the workflow again."
  exit 1
fi

folder=$(mktemp -d)
trap 'git worktree remove --force "$folder/release"; rm -rf "$folder"' EXIT
git worktree add --quiet --detach "$folder/release" "$release"
cd "$folder/release"
echo "Going back to $release ($tag)."
npm ci --no-audit --no-fund
# As in deploy.sh.
timeout --signal=INT --kill-after=5m 45m npm run --silent deploy -- --env "$1" --yes
echo "::warning::$1 is back at $release."
