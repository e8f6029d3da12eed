#!/usr/bin/env bash
# Fails unless the environment to destroy ($ENVIRONMENT) was typed twice ($CONFIRMATION).
set -euo pipefail

if [[ $ENVIRONMENT != "$CONFIRMATION" ]]; then
  echo "::error::The environment is \"$ENVIRONMENT\", the confirmation \"$CONFIRMATION\". Nothing was changed. Type the same name twice."
  exit 1
fi
