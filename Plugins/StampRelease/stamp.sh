#!/bin/sh
# Names the build of this package: the commit, and whether the files that the program is built from differ from it.
#
#   Plugins/StampRelease/stamp.sh                 prints the name, such as "894321b0c1" or "894321b0c1, with local changes"
#   Plugins/StampRelease/stamp.sh FILE [NAME]     writes it to a Swift file, if the file says otherwise; the build plug-in's call
#
# EMPO_BUILD (or NAME) overrides git, for a package without a git history of its own, as in a container's build.
# Without it and without git, it is "unknown build". Nothing is written to the repository.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)

described() {
  GIT_OPTIONAL_LOCKS=0 && export GIT_OPTIONAL_LOCKS
  # A package inside somebody else's repository is not what that one's commit names. The length is fixed: git's own short form grows
  # with the repository, and clones that differ in size would not agree.
  prefix=$(git -C "$root" rev-parse --show-prefix 2>/dev/null) && [ -z "$prefix" ] || return 1
  commit=$(git -C "$root" rev-parse --verify --quiet 'HEAD^{commit}' | cut -c 1-10) && [ -n "$commit" ] || return 1
  changes=$(git -C "$root" status --porcelain -- Package.swift Plugins Sources) || return 1
  echo "$commit${changes:+, with local changes}"
}

name=${2:-${EMPO_BUILD:-}}
# It becomes a Swift literal, and a text of the wire protocol.
name=$(printf '%s' "$name" | tr -cd 'A-Za-z0-9 ,._:+/-' | cut -c 1-64)
[ -n "$name" ] || name=$(described) || name="unknown build"

if [ $# -eq 0 ]; then
  echo "$name"
  exit 0
fi
# Not inlined, so that another name compiles this module again, and none of those that import it.
text="// Written by Plugins/StampRelease/stamp.sh.
@inline(never) func stampedBuild() -> String { \"$name\" }"
[ "$(cat "$1" 2>/dev/null)" = "$text" ] || printf '%s\n' "$text" >"$1"
