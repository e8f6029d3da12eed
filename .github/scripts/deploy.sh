#!/usr/bin/env bash
# deploy.sh ENVIRONMENT [flags of npm run deploy]
# Deploys, and tells the job where the site is (output `url`): the last address that the command says.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
npm run --silent deploy -- --env "$1" "${@:2}" | tee "$log"
url=$(grep -E '^https://[^ ]+$' "$log" | tail -n 1)
echo "url=$url" >>"$GITHUB_OUTPUT"
