#!/usr/bin/env bash
# release-files.sh FOLDER
# What a release carries: the functions' packages, the checksums, and the software bill of materials of what runs (CycloneDX).
set -euo pipefail

mkdir -p "$1"
npm run --silent build
cp dist/functions/*.zip "$1"
npm sbom --omit=dev --sbom-format=cyclonedx --sbom-type=application >"$1/sbom.cdx.json"
cd "$1"
sha256sum -- *.zip sbom.cdx.json >SHA256SUMS
