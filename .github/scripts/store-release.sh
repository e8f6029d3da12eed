#!/usr/bin/env bash
# store-release.sh ENVIRONMENT
# Stores the plan and the build it was made from in the state bucket. Sets the output `release` to the archive's SHA-256.
set -euo pipefail

tar -czf plan/release.tgz dist "plan/$1.tfplan"
npm run --silent pipeline -- release --env "$1" --store plan/release.tgz
