# shellcheck shell=bash
# A bare Debian in a folder, with this machine's Swift in it; check_debian.sh and check_dockerfile.sh read this file.
#
# Mounts live in a namespace of the script's own and end with it, so that nothing of the machine is left mounted in a folder that is
# removed. Needs root; debootstrap is installed where it is missing.

fail() {
  echo "${0##*/}: error: $*" >&2
  exit 1
}

say() { echo "==> $*"; }

# Goes on in a mount namespace: a call of this with the script's own arguments, before anything else.
enter_namespace() {
  [ "$(id -u)" -eq 0 ] || fail "needs root, which a chroot and mounts take"
  [ -n "${EMPO_NAMESPACE-}" ] || exec env EMPO_NAMESPACE=1 unshare --mount --propagation private -- "$0" "$@"
}

# Makes a Debian of a suite in a folder, if it is not there: make_root SUITE FOLDER.
make_root() {
  local suite=$1 root=$2
  if [ -e "$root/etc/debian_version" ]; then return; fi
  command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap >/dev/null ||
    fail "debootstrap is missing and could not be installed"
  say "making a bare $suite in $root"
  mkdir -p "$root"
  debootstrap --variant=minbase "$suite" "$root" "${EMPO_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$root/debootstrap.log" 2>&1 ||
    { tail -n 20 "$root/debootstrap.log" >&2; fail "debootstrap could not make $suite"; }
}

# The folder that a Swift toolchain is installed in.
toolchain() { dirname "$(dirname "$(readlink -f "$(command -v swift)")")"; }

# Shows a folder of this machine in a root, at the same path, to be read only: show_folder ROOT FOLDER.
show_folder() {
  mkdir -p "$1$2"
  mount --bind "$2" "$1$2"
  mount -o remount,bind,ro "$1$2"
}

# Mounts what programs expect; and with `swift`, the toolchain, and whatever folders this machine's git reads in place of
# addresses (`url.FOLDER.insteadOf`): mount_root ROOT [swift].
mount_root() {
  local root=$1 base folder
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/tmp"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  # Where apt reaches its mirror by a proxy, it does so in there.
  cat /etc/apt/apt.conf.d/*[Pp]roxy* >"$root/etc/apt/apt.conf.d/90proxy" 2>/dev/null || rm -f "$root/etc/apt/apt.conf.d/90proxy"
  [ "${2-}" = swift ] || return 0
  command -v swift >/dev/null || fail "no swift on the PATH"
  show_folder "$root" "$(toolchain)"
  : >"$root/etc/gitconfig"
  while read -r key base; do
    folder=${key#url.} folder=${folder%.insteadof}
    GIT_CONFIG_NOSYSTEM=1 git config --file "$root/etc/gitconfig" --add "url.$folder.insteadOf" "$base"
    [ ! -d "$folder" ] || mountpoint -q "$root${folder%/}" || show_folder "$root" "${folder%/}"
  done < <(git config --get-regexp '^url\..*\.insteadof$')
  # The folders belong to somebody else in there.
  GIT_CONFIG_NOSYSTEM=1 git config --file "$root/etc/gitconfig" --add safe.directory '*'
}

# Runs a command in a root, with nothing of this machine's environment: in_root ROOT FOLDER COMMAND….
in_root() {
  local root=$1 folder=$2 swift=
  shift 2
  if command -v swift >/dev/null; then swift=:$(toolchain)/bin; fi
  chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin$swift" \
    /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$folder" "$@"
}
