#!/usr/bin/env bash
# plan.sh ENVIRONMENT [--detailed-exitcode]
# Leaves in plan/ what would change: for Terraform (ENVIRONMENT.tfplan) and for people (plan.md, which the job's page shows as well).
# Tells the job whether anything would (output `differs`); with --detailed-exitcode that is exit code 2, as of npm run deploy.
set -euo pipefail

environment=$1
mkdir -p plan
status=0
npm run --silent deploy -- --env "$environment" --plan "plan/$environment.tfplan" --detailed-exitcode | tee plan/plan.txt || status=$?
{
  echo "### What a deploy would change in $environment"
  echo
  echo '````text'
  cat plan/plan.txt
  echo '````'
} >plan/plan.md
cat plan/plan.md >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
case $status in
  0) echo 'differs=false' >>"$GITHUB_OUTPUT" ;;
  2) echo 'differs=true' >>"$GITHUB_OUTPUT" ;;
  *) exit "$status" ;;
esac
[[ ${2:-} != --detailed-exitcode ]] || exit "$status"
