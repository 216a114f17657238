#!/usr/bin/env bash
# Provides the needs of a build: Swift 6.3 (checked) and the C libraries with their headers (installed where they are missing).
set -euo pipefail

packages=(libopenblas0-pthread libzmq3-dev libmsgpack-c-dev libxxhash-dev libsodium-dev libsqlite3-dev)

# msgpack-c's headers, the only part of it that is used, have had a package of their own since Debian 13 and Ubuntu 25.10.
declare -A older=([libmsgpack-c-dev]=libmsgpack-dev)

fail() {
  echo "${0##*/}: error: $*" >&2
  exit 1
}

command -v swift >/dev/null || fail "no swift on the PATH: install Swift 6.3 (https://www.swift.org/install/linux) and run this again"
told=$(swift --version 2>&1) ||
  fail "swift does not start: ${told##*$'\n'}: install the packages that https://www.swift.org/install/linux names for this system"
version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$told" | head -n 1)
[ "$(printf '%s\n' 6.3 "${version:-0}" | sort -V | head -n 1)" = 6.3 ] ||
  fail "Swift 6.3 or newer is needed, found ${version:-none}: see https://www.swift.org/install/linux"

command -v dpkg-query >/dev/null ||
  fail "not a Debian or Ubuntu system: install what these packages hold, then run 'swift build -c release': ${packages[*]}"

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || { [ -n "${older[$package]-}" ] && is_installed "${older[$package]}"; } || missing+=("$package")
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
# Installs what is missing, each by the name that this system's lists have for it.
install() {
  local names=() package
  for package in "${missing[@]}"; do
    [ -z "${older[$package]-}" ] || apt-cache show "$package" >/dev/null 2>&1 || package=${older[$package]}
    names+=("$package")
  done
  apt install -y --no-install-recommends "${names[@]}"
}
# The lists may be old enough to name packages that are gone, so they are fetched again only when the first try fails.
install || { apt update && install; } ||
  { cat "$log" >&2; fail "apt-get could not install ${missing[*]}: see its messages above"; }
