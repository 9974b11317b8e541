# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # the variables are shared with the script that sources this
# What is wanted and whether it is there. Sourced by setup; uses $here, $purpose,
# $arch, $bare and $disk.

# The release's VERSION_ID ("12"); empty on testing and unstable.
release_id() {
    # shellcheck source=/dev/null
    (. /etc/os-release && printf %s "${VERSION_ID:-}") 2>/dev/null
}

# The lines of all lists that apply, without comments: package, probe.
wanted_lines() {
    release=$(release_id)
    parts="run arch-$arch"
    [ -z "$bare" ] || parts="$parts bare bare-$arch"
    [ -z "$disk" ] || parts="$parts disk"
    [ "$purpose" = run ] || parts="run arch-ia32 arch-aarch64 bare bare-aarch64 disk test"
    for part in $parts; do
        for file in "$here/packages/$part.txt" "$here/packages/$part-$release.txt"; do
            [ -f "$file" ] && sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$file"
        done
    done
}

wanted_packages() {
    wanted_lines | awk '{ print $1 }'
}

one_line() {
    printf '%s\n' "$1" | paste -s -d ' ' -
}

# Whether one alternative of a probe is there: a path, a <header> or a command.
is_there() {
    case $1 in
    /*) [ -e "$1" ] ;;
    '<'*) printf '#include %s\n' "$1" | gcc -E - >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# Of the packages on standard input, one a line: those none of whose probes succeeds.
lacking_tools() {
    while read -r package; do
        probe=$(wanted_lines | awk -v name="$package" '$1 == name { print $2; exit }')
        found=
        for alternative in $(printf %s "$probe" | tr ',' ' '); do
            is_there "$alternative" && found=yes
        done
        [ -n "$found" ] || printf '%s (%s)\n' "$package" "$probe"
    done
}
