#!/bin/sh
# Installs from Debian what is missing of the groups named: install_packages.sh build browser
# The list is packages.txt. Uses sudo only if not root; does nothing when nothing is missing.
set -eu
here=$(dirname "$0")
missing=
for group in "$@"; do
  while read -r of package command; do
    [ "$of" = "$group" ] || continue
    if [ -n "$command" ] && command -v "$command" >/dev/null 2>&1; then continue; fi
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' && continue
    missing="$missing $package"
  done <"$here/packages.txt"
done
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null 2>&1 || {
  echo "davy: missing:$missing; this system has no apt-get: install them by hand" >&2
  exit 1
}
echo "davy: installing from Debian:$missing" >&2
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
# shellcheck disable=SC2086  # a list of package names
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
