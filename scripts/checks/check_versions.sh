#!/usr/bin/env bash
# Checks that every package of a build has one version, and that it is on the page: what SwiftPM resolved (Package.resolved, which is not
# committed), what Package.swift states as exact, and the table under "Dependencies" in CHANGELOG.md.
#
#   scripts/checks/check_versions.sh     resolves first; needs the network where nothing is resolved yet
set -euo pipefail
cd "$(dirname "$0")/../.."

swift package resolve >/dev/null
# Lines of `owner/name version`.
resolved() {
  sed -n -e 's#.*"location" : "https://github.com/\(.*\)".*#\1#p' -e 's#.*"version" : "\(.*\)".*#\1#p' Package.resolved |
    sed -e 's#\.git$##' | paste -d ' ' - - | sort
}
stated() {
  sed -n -e 's#.*github\.com/\([A-Za-z0-9./_-]*\)", exact: "\([0-9.]*\)".*#\1 \2#p' \
    -e 's#^ *("\([A-Za-z0-9./_-]*\)", "\([0-9.]*\)", ".*#\1 \2#p' Package.swift | sort
}
listed() {
  sed -n -e '/^## Dependencies/,/^## [^D]/s#^| \([A-Za-z0-9.-]*/[A-Za-z0-9._-]*\) | \([0-9.]*\) |.*#\1 \2#p' CHANGELOG.md | sort
}

failed=0
compare() {
  if diff -u --label "$1" --label "$2" "$3" "$4"; then echo "ok       $1 and $2 name the same versions"; else failed=1; fi
}
compare "Package.swift" "Package.resolved" <(stated) <(resolved)
compare "CHANGELOG.md" "Package.resolved" <(listed) <(resolved)
exit "$failed"
