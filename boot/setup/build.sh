# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What boot/run and tests/run have in common of their builds. Sourced.

# own_build FOLDER: empties it if what is there was built with what another user fetched into his cache:
# the build rests on files there, which this one perhaps cannot read, or which go with that cache.
own_build() {
    fetched=${XDG_CACHE_HOME:-${HOME:-}/.cache}/libvmclock
    [ "$(cat "$1/cache" 2>/dev/null)" = "$fetched" ] && return
    rm -rf "$1" && mkdir -p "$1" && printf '%s\n' "$fetched" >"$1/cache"
}
