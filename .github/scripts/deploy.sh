#!/usr/bin/env bash
# deploy.sh ENVIRONMENT [flags of npm run deploy]
# Deploys and sets the output `url` to the site's address. The command itself sets the output `applied` when AWS starts to change.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The credentials last an hour. GitHub kills a step ten seconds after its limit and Terraform would leave its lock behind; after an
# interrupt it finishes its current operations, saves the state and releases the lock.
timeout --signal=INT --kill-after=5m 45m npm run --silent deploy -- --env "$1" "${@:2}" | tee "$log"
url=$(grep -E '^https://[^ ]+$' "$log" | tail -n 1)
echo "url=$url" >>"$GITHUB_OUTPUT"
