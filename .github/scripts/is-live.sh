#!/usr/bin/env bash
# is-live.sh ENVIRONMENT
# Tells the job whether a release is live (output `live`): the tag live/ENVIRONMENT is made by the first good deploy, and deleted with
# the environment.
set -euo pipefail

live=false
if git rev-parse --quiet --verify "refs/tags/live/$1^{commit}" >/dev/null; then live=true; fi
echo "live=$live" >>"$GITHUB_OUTPUT"
