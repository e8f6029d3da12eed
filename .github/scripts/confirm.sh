#!/usr/bin/env bash
# Stops where what is to be destroyed ($ENVIRONMENT) was not typed twice ($CONFIRMATION).
set -euo pipefail

if [[ $ENVIRONMENT != "$CONFIRMATION" ]]; then
  echo "::error::The environment is \"$ENVIRONMENT\", the confirmation \"$CONFIRMATION\". Nothing was changed; type the same twice."
  exit 1
fi
