#!/usr/bin/env bash
# test-package.sh FOLDER
# Tests the very npm package that a release publishes, from FOLDER: also that it deploys, in an emulated AWS account.
set -euo pipefail

CLOUD_RESUME_TARBALL=$(echo "$1"/cloud-resume-*.tgz) CI=true npm test -- --all test/package test/infra/deploy.full
