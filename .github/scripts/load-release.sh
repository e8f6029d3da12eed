#!/usr/bin/env bash
# load-release.sh ENVIRONMENT SHA256
# Loads the release that store-release.sh stored, verifies its SHA-256 and unpacks it here.
set -euo pipefail

mkdir -p plan
npm run --silent pipeline -- release --env "$1" --load "$2" --into plan/release.tgz
rm -rf dist
tar -xzf plan/release.tgz
