#!/usr/bin/env bash
# release-files.sh FOLDER
# What a release carries: the functions' packages, the software bill of materials (CycloneDX; what only builds and tests is marked
# as development) and the checksums of all.
set -euo pipefail

node --import tsx cli/pipeline/packages.ts "$1"
npm sbom --package-lock-only --sbom-format=cyclonedx --sbom-type=application >"$1/sbom.cdx.json"
cd "$1"
sha256sum -- *.zip sbom.cdx.json >SHA256SUMS
