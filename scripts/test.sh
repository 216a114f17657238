#!/usr/bin/env bash
# Sets up, checks the formatting and the pages, builds and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh

echo "==> checking the formatting"
swift format lint --strict -r Package.swift Plugins Sources Tests

echo "==> checking the pages"
if command -v python3 >/dev/null && git rev-parse --git-dir >/dev/null 2>&1; then
  scripts/checks/check_links.py
else
  echo "==> no python3 or no git repository: links are not checked"
fi
if command -v docc >/dev/null; then scripts/checks/manual.sh; else echo "==> no docc: the manual is not built"; fi

echo "==> checking the versions of packages"
scripts/checks/check_versions.sh

if git rev-parse --git-dir >/dev/null 2>&1; then
  echo "==> checking what the Dockerfile copies and installs"
  scripts/checks/check_dockerfile.sh --plan
fi

# The second implementation of the wire protocol is Python's; without it, its tests are skipped and say so.
python=${EMPO_PYTHON:-python3}
speaks() { "$1" -c 'import msgpack, zmq' >/dev/null 2>&1; }
if ! speaks "$python"; then
  environment=.build/python
  if ! speaks "$environment/bin/python" && command -v "$python" >/dev/null; then
    echo "==> fetching msgpack and pyzmq for the Python check of the wire protocol"
    { "$python" -m venv "$environment" && timeout 60 "$environment/bin/pip" install --quiet msgpack pyzmq; } >/dev/null 2>&1 || true
  fi
  if speaks "$environment/bin/python"; then
    python=$PWD/$environment/bin/python
  else
    echo "==> no Python with msgpack and pyzmq: the Python check of the wire protocol is skipped"
  fi
fi
export EMPO_PYTHON=$python

echo "==> building (the first time takes some minutes)"
swift build -c release --build-tests
echo "==> testing"
exec swift test -c release --skip-build --disable-xctest
