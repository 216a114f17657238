#!/usr/bin/env bash
# Provides the needs of a build: Swift 6.3 (checked) and the C libraries with their headers (installed where they are missing).
set -euo pipefail

packages=(libopenblas0-pthread libzmq3-dev libmsgpack-dev libxxhash-dev libsodium-dev libsqlite3-dev)

fail() {
  echo "${0##*/}: error: $*" >&2
  exit 1
}

command -v swift >/dev/null || fail "no swift on the PATH: install Swift 6.3 (https://www.swift.org/install/linux) and run this again"
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
[ "$(printf '%s\n' 6.3 "${version:-0}" | sort -V | head -n 1)" = 6.3 ] ||
  fail "Swift 6.3 or newer is needed, found ${version:-none}: see https://www.swift.org/install/linux"

command -v dpkg-query >/dev/null ||
  fail "not a Debian or Ubuntu system: install what these packages hold, then run 'swift build -c release': ${packages[*]}"

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "missing packages, and neither root nor sudo: ask root to run: apt-get install ${missing[*]}"
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "==> installing ${missing[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1; }
# The package lists are fetched again only if the first try fails, since old ones may name packages that are gone.
apt install -y --no-install-recommends "${missing[@]}" ||
  { apt update && apt install -y --no-install-recommends "${missing[@]}"; } ||
  { cat "$log" >&2; fail "apt-get could not install ${missing[*]}: see its messages above"; }
