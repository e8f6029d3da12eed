#!/usr/bin/env bash
# release-files.sh FOLDER
# Writes the files of a release: the npm package, the functions' packages, the software bill of materials (CycloneDX, with development
# packages marked) and their checksums.
set -euo pipefail

node --import tsx cli/pipeline/packages.ts "$1"
cp "$(node cli/main.mjs package)" "$1"
npm sbom --package-lock-only --sbom-format=cyclonedx --sbom-type=application >"$1/sbom.cdx.json"
cd "$1"
sha256sum -- *.tgz *.zip sbom.cdx.json >SHA256SUMS
