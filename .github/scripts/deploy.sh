#!/usr/bin/env bash
# deploy.sh ENVIRONMENT [flags of npm run deploy]
# Deploys, and tells the job where the site is (output `url`): the last address that the command says. The command itself tells it when
# AWS begins to change (output `applied`).
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Within the hour that the credentials are good for. GitHub's own limit kills after ten seconds, and Terraform would leave its lock;
# at an interrupt it ends what it does, saves its state and releases the lock.
timeout --signal=INT --kill-after=5m 45m npm run --silent deploy -- --env "$1" "${@:2}" | tee "$log"
url=$(grep -E '^https://[^ ]+$' "$log" | tail -n 1)
echo "url=$url" >>"$GITHUB_OUTPUT"
