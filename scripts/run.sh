#!/usr/bin/env bash
# Sets up, builds and trains: without arguments, the demonstration. Arguments go to `empo train`.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$package/scripts/setup.sh"
echo "==> building empo (the first time takes some minutes)"
swift build --package-path "$package" -c release --product empo
binary=$(swift build --package-path "$package" -c release --show-bin-path)/empo
echo "==> empo train $*"
exec "$binary" train "$@"
