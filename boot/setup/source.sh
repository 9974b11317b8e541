# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154 # the variables are shared with the script that sources this
# A folder with the sources of a package of Debian, for what must be compiled with other flags or for
# another machine than the package was. Sourced by cmocka-source and libfdt-source, which set
#   name    their own name
#   what    what the sources are of, for people
#   source  the source package
#   prefix  how the folder that its archive unpacks to is called, up to the version
#   part    the folder of interest inside that, with a slash before; empty: all of it
#   proof   a file in there that shows that it is what was expected
#   usage   a function
# and then call print_source "$@". Exit: 0 and the folder; 1 there is none (with --check), or it could
# not be fetched; 2 wrong usage.
. "$here/private.sh"
. "$here/cached.sh"
. "$here/alive.sh"

# Prints and ends if there is one already.
look() {
    for folder in "$cache/$prefix"*; do
        if [ -f "$folder$part/$proof" ]; then
            printf '%s\n' "$folder$part"
            exit 0
        fi
    done
}

# The archive as this release has it; else, since a mirror may have kept the packages and not the
# sources of an older release, as a newer one does. Why the first is not to be had is only of interest
# when the second is not either.
fetch() {
    why=$(private_source "$work" "$codename" "$source" 2>&1) && return
    if [ "$codename" != trixie ]; then
        complain "$codename's are not to be had: fetching those of trixie"
        private_source "$work" "$codename" "$source" trixie && return
    fi
    printf '%s\n' "$why" >&2
    return 1
}

fetch_source() {
    make_work
    complain "fetching the sources of $what into $cache; nothing is installed"
    fetch || fail "cannot fetch the sources of $what"
    unpack "$work/source/${source}"_*.orig.tar.?z* "$work/new" || fail "cannot unpack the sources of $what"
    for folder in "$work/new/$prefix"*; do
        [ -f "$folder$part/$proof" ] || fail "the sources of $what are not as expected"
        keep "$folder" "${folder##*/}"
    done
}

print_source() {
    case ${1-} in
    '' | --check) ;;
    -h | --help) usage && exit 0 ;;
    *) wrong_usage "unknown argument '$1'" ;;
    esac
    [ $# -le 1 ] || { usage >&2 && exit 2; }

    find_cache
    look
    [ "${1-}" != --check ] || fail "no sources of $what here"

    need_apt "this system has no apt; please unpack a release of $what as $cache/${prefix}VERSION"
    fetched "$source" fetch_source
}
