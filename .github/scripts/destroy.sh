#!/usr/bin/env bash
# destroy.sh ENVIRONMENT
# Destroys an environment. The count stays, except that of a preview, or if DELETE_COUNT=true.
set -euo pipefail

flags=(--yes)
[[ $1 == pr-* || ${DELETE_COUNT:-false} == true ]] || flags+=(--keep-count)
# Stops within the hour that the credentials last, as in deploy.sh. Running it again continues.
timeout --signal=INT --kill-after=5m 50m npm run --silent destroy -- --env "$1" "${flags[@]}"
