#!/usr/bin/env bash
# Builds the manual, Sources/empo/Documentation.docc, and fails on every warning of DocC: a link to a missing article, an
# unknown directive.
#
#   scripts/checks/manual.sh [OUT]         the articles, by `docc` alone: no build, a second
#   scripts/checks/manual.sh full [OUT]    the same through swift-docc-plugin, which builds the program first: minutes, and the network
#
# OUT, if given, is a folder that must not exist: the manual as a static site (serve it by any HTTP server). Articles link to each other
# as Markdown does, `[text](Article.md)`, so that they can be read where they lie; here these become DocC's own links. Works on a copy in
# .build/manual; the plugin stands in the copy's Package.swift alone, so that no user's build fetches it.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
catalogue=Sources/empo/Documentation.docc
plugin=1.5.0

fail() {
  echo "manual.sh: error: $*" >&2
  exit 1
}

mode=articles
if [[ ${1:-} == full ]]; then
  mode=full
  shift
fi
out=${1:-}
[[ $# -le 1 && $out != -* ]] || {
  echo "usage: scripts/checks/manual.sh [full] [OUT]" >&2
  exit 2
}
[[ -z $out || ! -e $out ]] || fail "$out exists already"
[[ -d $package/$catalogue ]] || fail "there is no $catalogue"
# The article that describes the module is the manual's first page; with any other title it would be an ordinary page.
grep -qxF '# ``empo``' "$package/$catalogue"/*.md || fail "no article of $catalogue begins with '# \`\`empo\`\`', which makes it the first page"

work=$package/.build/manual
# Without the fragment: DocC names sections by another rule. scripts/checks/check_links.py has looked at these.
links() { find "$1" -name '*.md' -exec sed -i -E 's/\]\(([A-Za-z0-9_-]+)\.md(#[^)]*)?\)/](doc:\1)/g' {} +; }

if [[ $mode == articles ]]; then
  command -v docc >/dev/null || fail "there is no docc on the PATH: it comes with Swift's toolchain"
  rm -rf "$work/articles"
  mkdir -p "$work/articles/graph"
  cp -r "$package/$catalogue" "$work/articles/"
  links "$work/articles/Documentation.docc"
  # A module without symbols, which the first page can describe.
  cat >"$work/articles/graph/empo.symbols.json" <<'JSON'
{"metadata": {"formatVersion": {"major": 0, "minor": 6, "patch": 0}, "generator": "manual.sh"},
 "module": {"name": "empo", "platform": {"architecture": "x86_64", "operatingSystem": {"name": "linux"}}},
 "symbols": [], "relationships": []}
JSON
  docc convert "$work/articles/Documentation.docc" --additional-symbol-graph-dir "$work/articles/graph" \
    --fallback-display-name empo --fallback-bundle-identifier empo --warnings-as-errors --output-path "$work/articles/site" >&2 ||
    fail "the manual has faults, see above"
  site=$work/articles/site
else
  command -v swift >/dev/null || fail "there is no swift on the PATH"
  rm -rf "$work/package"
  mkdir -p "$work/package"
  # With their times, so that a second build is a short one.
  for part in Package.swift Package.resolved Sources Tests; do
    [[ ! -e $package/$part ]] || cp -rp "$package/$part" "$work/package/"
  done
  links "$work/package/$catalogue"
  cat >>"$work/package/Package.swift" <<SWIFT

package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "$plugin"))
SWIFT
  # Nobody calls the symbols of a command line: the manual has articles only.
  swift package --package-path "$work/package" --scratch-path "$work/build" generate-documentation --target empo \
    --symbol-graph-minimum-access-level public --warnings-as-errors >&2 || fail "the manual has faults, see above"
  site=$work/build/plugins/Swift-DocC/outputs/empo.doccarchive
fi

count=$(find "$site/data/documentation" -name '*.json' | wc -l)
echo "manual: $count pages without a warning"
[[ -z $out ]] || cp -r "$site" "$out"
