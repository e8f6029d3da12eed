#!/usr/bin/env bash
# publish-package.sh FOLDER TAG
# Publishes the npm package in FOLDER, unless it was changed since its release was built or its version is not the tag's. A second run
# publishes nothing. npm logs in with GitHub's identity token (trusted publishing).
set -euo pipefail

cd "$1"
fail() {
  echo "::error::$1"
  exit 1
}
sha256sum --check --strict --quiet SHA256SUMS || fail 'A file differs from SHA256SUMS. Run all jobs of the release again.'
tarball=$(echo cloud-resume-*.tgz)
version=$(tar -xzOf "$tarball" package/package.json | node -p 'JSON.parse(fs.readFileSync(0)).version')
[[ $2 == "v$version" ]] || fail "The tag is $2, but package.json has version $version. Tag the commit v$version, or fix package.json."

integrity=sha512-$(openssl dgst -sha512 -binary "$tarball" | openssl base64 -A)
published=$(npm view "cloud-resume@$version" dist.integrity 2>/dev/null || true)
if [[ $published == "$integrity" ]]; then
  echo "npm already has cloud-resume $version, byte for byte."
elif [[ -n $published ]]; then
  fail "npm has another cloud-resume $version. Raise the version in package.json and tag that."
else
  # Without a dist-tag, npm would offer a prerelease to everyone.
  npm publish "./$tarball" --access public --tag "$([[ $version == *-* ]] && echo next || echo latest)"
fi
