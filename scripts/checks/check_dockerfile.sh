#!/usr/bin/env bash
# Carries out cluster/Dockerfile without an engine, on a fresh clone.
#
#   scripts/checks/check_dockerfile.sh --plan     only looks: every COPY has its source in a clone, where cluster/Dockerfile.dockerignore
#                                                 lets it through; every stage exists; this system's lists know the Debian packages
#   scripts/checks/check_dockerfile.sh            carries the steps out: a stage is a bare Debian in a temporary folder, a RUN happens in
#                                                 a chroot; last, the entry point is started with --version as the image's user
#
# What is copied is HEAD's; changes that are not committed are left out. Stages from swift:… have this machine's Swift. The whole needs
# root and the network, installs debootstrap where it is missing, and takes as long as a release build, and 3 minutes; the plan needs
# git, and takes a second. EMPO_DEBIAN_MIRROR names another mirror of Debian.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/checks/chroot.sh
source scripts/checks/chroot.sh
dockerfile=cluster/Dockerfile

isPlan=
case "$#:${1-}" in
  0:) ;;
  1:--plan) isPlan=1 ;;
  *) fail "usage: scripts/checks/check_dockerfile.sh [--plan]" ;;
esac

# The folders of the stages, and the context; made outside of the namespace of mounts, so that they are removed when those are gone.
if [ -z "${EMPO_STAGES-}" ]; then
  EMPO_STAGES=$(mktemp -d)
  trap 'rm -rf --one-file-system "$EMPO_STAGES"' EXIT
  EMPO_STAGES=$EMPO_STAGES "$0" "$@"
  exit
fi
stages=$EMPO_STAGES
[ -n "$isPlan" ] || enter_namespace "$@"

# One instruction a line: comments are left out, continued lines joined.
instructions() {
  sed -e '/^[[:space:]]*#/d' "$dockerfile" | sed -e ':join' -e '/\\$/{N;s/\\\n[[:space:]]*//;b join' -e '}' | sed -e '/^[[:space:]]*$/d'
}

# Whether the ignore file keeps a path out: the last pattern that fits it, or a folder above it, decides.
mapfile -t patterns < <(grep -v -e '^#' -e '^$' "$dockerfile.dockerignore")
is_ignored() {
  local pattern part ignored=1 verdict
  for pattern in "${patterns[@]}"; do
    verdict=0
    if [[ $pattern == !* ]]; then verdict=1 pattern=${pattern#!}; fi
    part=$1
    while :; do
      # shellcheck disable=SC2053
      if [[ $part == $pattern ]]; then ignored=$verdict; break; fi
      [[ $part == */* ]] || break
      part=${part%/*}
    done
  done
  return "$ignored"
}

# What a fresh clone has of a path: has PATH.
has() { [ -n "$(git ls-tree --name-only HEAD -- "${1%/}")" ]; }

# The context of an engine: a fresh clone's files, but for the ignored ones.
make_context() {
  local path
  while IFS= read -r -d '' path; do
    is_ignored "$path" || printf '%s\0' "$path"
  done < <(git ls-tree -r -z --name-only HEAD) >"$stages/files"
  mkdir "$stages/clone" "$stages/context"
  git archive HEAD | tar -x -C "$stages/clone"
  tar -c -C "$stages/clone" --null --files-from "$stages/files" | tar -x -C "$stages/context"
}

# The Debian release of an image's name.
suite_of() {
  case $1 in
    *bookworm*) echo bookworm ;;
    *trixie*) echo trixie ;;
    *) fail "$dockerfile: FROM $1 names no Debian release that this script knows" ;;
  esac
}

# The packages that a RUN has apt-get install.
packages_of() {
  tr '&' '\n' <<<"$1" | sed -n 's/.*apt-get install//p' | tr ' ' '\n' | grep -v '^-' | grep . || true
}

failed=0
wrong() {
  echo "FAILED   $*"
  failed=1
}

# shellcheck source=/dev/null
here=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME-}" || true)

# One step as far as looking goes.
look() {
  local instruction=$1 rest=$2 words source package known
  read -r -a words <<<"$rest"
  case $instruction in
    FROM)
      suite=$(suite_of "${words[0]}")
      names+=("${words[2]-}")
      ;;
    COPY)
      if [[ ${words[0]} == --from=* ]]; then
        [[ " ${names[*]} " == *" ${words[0]#--from=} "* ]] || wrong "COPY $rest: there is no stage of that name"
        return 0
      fi
      for source in "${words[@]:0:${#words[@]}-1}"; do
        if ! has "$source"; then
          wrong "COPY $source: a fresh clone has no such file"
        elif is_ignored "$source"; then
          wrong "COPY $source: $dockerfile.dockerignore keeps it out"
        else
          echo "ok       COPY $source"
        fi
      done
      ;;
    RUN)
      read -r -d '' -a words < <(packages_of "$rest") || true
      [ ${#words[@]} -gt 0 ] || return 0
      if [ "$suite" != "$here" ] || ! known=$(apt-cache madison "${words[@]}" 2>/dev/null) || [ -z "$known" ]; then
        echo "skipped  ${words[*]}: this system has no lists of $suite"
        return 0
      fi
      for package in "${words[@]}"; do
        if grep -q "^ *$package " <<<"$known"; then echo "ok       $suite has $package"; else wrong "$suite has no package $package"; fi
      done
      ;;
  esac
}

# One step, carried out.
take() {
  local instruction=$1 rest=$2 words source target from
  read -r -a words <<<"$rest"
  echo "--> $instruction $rest"
  case $instruction in
    FROM)
      root=$stages/stage-${words[2]:-last} folder=/ user=0:0 variables=()
      make_root "$(suite_of "${words[0]}")" "$root"
      if [[ ${words[0]} == swift:* ]]; then
        mount_root "$root" swift
        # Of what that image has beside Swift, what this package's build takes.
        in_root "$root" / sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"' sh \
          ca-certificates curl g++ git libncurses6 libsqlite3-0 libxml2-dev tzdata zlib1g-dev >"$stages/image.log" 2>&1 ||
          { tail -n 20 "$stages/image.log" >&2; fail "could not install what Swift needs"; }
      else
        mount_root "$root"
      fi
      ;;
    SHELL) ;; # bash -euo pipefail, as below
    WORKDIR)
      folder=${words[0]}
      mkdir -p "$root$folder"
      ;;
    ARG) variables+=("${words[0]%%=*}=${EMPO_BUILD:-$(Plugins/StampRelease/stamp.sh)}") ;;
    USER) user=${words[0]} ;;
    COPY)
      from=$stages/context
      if [[ ${words[0]} == --from=* ]]; then
        from=$stages/stage-${words[0]#--from=}
        words=("${words[@]:1}")
      fi
      target=${words[-1]}
      [[ $target == /* ]] || target=$folder/$target
      for source in "${words[@]:0:${#words[@]}-1}"; do
        [ -e "$from/$source" ] || fail "COPY $source: not there"
        if [ -d "$from/$source" ]; then
          mkdir -p "$root$target"
          cp -a "$from/$source/." "$root$target/"
        else
          cp -a "$from/$source" "$root$target"
        fi
      done
      ;;
    RUN)
      in_root "$root" "$folder" env "${variables[@]}" nice -n 10 bash -euo pipefail -c "$rest" >"$stages/run.log" 2>&1 ||
        { tail -n 30 "$stages/run.log" >&2; fail "this step failed: RUN $rest"; }
      ;;
    EXPOSE | CMD) ;;
    ENTRYPOINT) read -r -a entry <<<"$(tr -d '[],"' <<<"$rest")" ;;
    *) fail "$dockerfile: $instruction is an instruction that this script does not know" ;;
  esac
}

[ -n "$isPlan" ] || make_context
names=() suite='' root='' folder=/ user=0:0 variables=() entry=()
while IFS= read -r line; do
  if [ -n "$isPlan" ]; then look "${line%% *}" "${line#* }"; else take "${line%% *}" "${line#* }" </dev/null; fi
done < <(instructions)
[ "$failed" -eq 0 ] || exit 1
if [ -n "$isPlan" ]; then exit 0; fi

say "starting the image's entry point as $user in $folder"
chroot --userspec="$user" "$root" /usr/bin/env -i sh -c 'cd "$1" && shift && exec "$@"' sh "$folder" "${entry[@]}" --version
du -sh --one-file-system "$root/opt" | cut -f 1 | sed 's/^/    the program takes /'
echo "ok: the steps of $dockerfile make a program that starts"
