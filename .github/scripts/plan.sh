#!/usr/bin/env bash
# plan.sh ENVIRONMENT [--detailed-exitcode]
# Writes the plan to plan/: ENVIRONMENT.tfplan for Terraform and plan.md for people (also shown on the job's page).
# Sets the output `differs`. With --detailed-exitcode, exits with 2 if something differs, like npm run deploy.
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
