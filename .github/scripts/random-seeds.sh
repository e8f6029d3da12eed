#!/usr/bin/env bash
# random-seeds.sh WORD …
# Runs the tests whose path contains one of the words with a random SEED, and prints the command that repeats the run.
set -euo pipefail

export SEED=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')} FUZZ_SECONDS=${FUZZ_SECONDS:-60}
echo "Repeat this run with: SEED=$SEED FUZZ_SECONDS=$FUZZ_SECONDS npm test -- --all $*"
exec .ci/run "$@"
