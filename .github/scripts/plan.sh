#!/usr/bin/env bash
# plan.sh ENVIRONMENT [flags of npm run deploy]
# Leaves in plan/ what would change: for Terraform (ENVIRONMENT.tfplan) and for people (plan.md, which the job's page shows as well).
set -euo pipefail

environment=$1
mkdir -p plan
status=0
npm run --silent deploy -- --env "$environment" --plan "plan/$environment.tfplan" "${@:2}" | tee plan/plan.txt || status=$?
{
  echo "### What a deploy would change in $environment"
  echo
  echo '````text'
  cat plan/plan.txt
  echo '````'
} >plan/plan.md
cat plan/plan.md >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$status"
