#!/usr/bin/env bash
# Builds and starts the program in a bare Debian of another release: a fresh clone, scripts/setup.sh, a release build, `empo --version`
# and a run of two steps.
#
#   scripts/checks/check_debian.sh SUITE [--root FOLDER] [--jobs N]
#
#   SUITE           a release by its name: bookworm, trixie
#   --root FOLDER   makes the Debian there and keeps it: the next call builds only what has changed (a temporary folder otherwise)
#   --jobs N        how many jobs build at a time
#
# What is built is HEAD; changes that are not committed are left out. Swift is this machine's, and whatever it takes for its packages'
# addresses (`git config url.….insteadOf`) is seen in there. EMPO_DEBIAN_MIRROR names another mirror. Needs root and the network;
# debootstrap is installed where it is missing. Takes as long as a release build, and 3 minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/checks/chroot.sh
source scripts/checks/chroot.sh

suite=${1-} root='' jobs=()
[[ -n $suite && $suite != -* ]] || fail "usage: scripts/checks/check_debian.sh SUITE [--root FOLDER] [--jobs N]"
arguments=("$@")
shift
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$2 ;;
    --jobs) jobs=(--jobs "$2") ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done

if [ -z "${EMPO_NAMESPACE-}" ] && [ -z "$root" ]; then
  root=$(mktemp -d)
  # The mounts are gone before the folder is.
  trap 'rm -rf --one-file-system "$root"' EXIT
  "$0" "${arguments[@]}" --root "$root"
  exit
fi
enter_namespace "${arguments[@]}"
root=$(realpath -m "$root")

make_root "$suite" "$root"
mount_root "$root" swift

say "installing what Swift itself needs"
# As swift.org lists for Debian, as far as this package takes it. Only a build needs these.
tools=(ca-certificates curl g++ git libncurses6 libsqlite3-0 libxml2-dev tzdata zlib1g-dev)
in_root "$root" / sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"' sh "${tools[@]}" \
  >"$root/apt.log" 2>&1 || { tail -n 20 "$root/apt.log" >&2; fail "apt-get could not install ${tools[*]}"; }

say "cloning"
git clone --quiet --no-local . "$root/package.new"
if [ -d "$root/package/.build" ]; then mv "$root/package/.build" "$root/package.new/.build"; fi
rm -rf "$root/package"
mv "$root/package.new" "$root/package"

in_root "$root" /package swift --version 2>&1 | head -n 1
in_root "$root" /package scripts/setup.sh
say "building"
start=$SECONDS
in_root "$root" /package nice -n 10 swift build -c release --product empo "${jobs[@]}" >"$root/build.log" 2>&1 ||
  { grep -E 'error|warning' "$root/build.log" | head -n 40 >&2 || tail -n 40 "$root/build.log" >&2; fail "the build failed"; }
tail -n 1 "$root/build.log"
echo "    in $((SECONDS - start)) s"

say "starting it"
version=$(in_root "$root" /package .build/release/empo --version) || fail "the program does not start"
echo "    $version"
commit=$(git rev-parse HEAD | cut -c 1-10)
[[ $version == *"($commit)" ]] || fail "it does not say that it is built from $commit"
in_root "$root" /package .build/release/empo train --steps 2 --workers 1 --run /tmp/run >"$root/run.log" 2>&1 ||
  { tail -n 20 "$root/run.log" >&2; fail "the run failed"; }
grep -o '"policy_sha256"[^,}]*' "$root/tmp/run/report.json"
echo "ok: a clone of $commit builds and runs in $suite"
