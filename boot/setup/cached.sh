# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # the variables are shared with the script that sources this
# What the scripts have in common that fetch something into the user's cache directory. Sourced, with
# alive.sh beside it; $name is the script's own name, usage() its help, and look() prints the path of what
# it is for and exits, if that is there.

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

# fetched WHAT FUNCTION: has FUNCTION put into the cache what look() finds, and ends with that. WHAT is a
# word: of all processes that are to fetch the same, one does, and the others wait for it.
fetched() {
    alive "$name" fetch_alone "$@" || exit 1
    look
    fail "what was fetched is not as expected"
}

# shellcheck disable=SC2317 # called by alive
fetch_alone() {
    mkdir -p "$cache" || fail "cannot write to $cache"
    lock "$1"
    [ -n "$(look)" ] || "$2"
}

# lock WHAT: until this shell ends. Another one may take its time; it has a quarter of an hour.
lock() {
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>"$cache/.lock-$1" || fail "cannot write to $cache"
    flock -n 9 && return
    complain "waiting for another one that fetches the same"
    flock -w 900 9 || fail "another one that fetches the same has not ended"
}

# shellcheck disable=SC2317 # called by a trap
clean_up() {
    [ -z "$work" ] || rm -rf "$work"
}

# Sets $work: a folder that goes when the script ends, however it ends. It is in the cache, unless that has
# a path which apt or autoconf would not take.
make_work() {
    work=
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    for place in "$cache" "${TMPDIR:-/tmp}" /tmp; do
        case $place in
        *[!A-Za-z0-9/._+-]*) ;;
        *) break ;;
        esac
    done
    work=$(mktemp -d "$place/.$name.XXXXXX") || fail "cannot write to $place"
}

# keep FOLDER NAME: FOLDER becomes NAME in the cache, in one step.
keep() {
    rm -rf "${cache:?}/$2" "${cache:?}/.new-$2"
    mv -T "$1" "$cache/.new-$2" && mv -T "$cache/.new-$2" "$cache/$2" || fail "cannot write to $cache"
}

# unpack ARCHIVE FOLDER: Python and not tar, which needs an xz that a small system does not have.
unpack() {
    python3 -W ignore -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$1" "$2"
}
