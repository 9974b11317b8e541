# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # the variables are shared with the script that sources this
# What the scripts have in common that fetch something into the user's cache directory. Sourced; $name
# is the script's own name, and usage() its help.

complain() { printf '%s: %s\n' "$name" "$*" >&2; }

fail() {
    complain "$1"
    exit 1
}

wrong_usage() {
    complain "$1"
    usage >&2
    exit 2
}

# Sets $cache: where things go. It need not exist.
find_cache() {
    if [ -z "${XDG_CACHE_HOME:-}" ] && [ -z "${HOME:-}" ]; then
        fail "neither XDG_CACHE_HOME nor HOME is set"
    fi
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/libvmclock
}

# Sets $codename to Debian's name of this release, or fails with $1 as the advice.
need_apt() {
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release 2>/dev/null && printf %s "${VERSION_CODENAME:-}")
    if ! command -v apt-get >/dev/null 2>&1 || [ -z "$codename" ]; then
        fail "$1"
    fi
}

# shellcheck disable=SC2317 # called by a trap
clean_up() {
    [ -z "$work" ] || rm -rf "$work"
}

# Sets $work: a folder in the cache that goes when the script ends, however it ends.
make_work() {
    work=
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -p "$cache" || fail "cannot write to $cache"
    work=$(mktemp -d "$cache/.$name.XXXXXX") || fail "cannot write to $cache"
}

# keep FOLDER NAME: FOLDER becomes NAME in the cache, in one step. Two of these at once leave one of the
# two, whole.
keep() {
    rm -rf "${cache:?}/$2"
    mv -T "$1" "$cache/$2" || fail "cannot write to $cache"
}

# unpack ARCHIVE FOLDER: Python and not tar, which needs an xz that a small system does not have.
unpack() {
    python3 -W ignore -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$1" "$2"
}
