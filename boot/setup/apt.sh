# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # the variables are shared with the script that sources this
# What setup does with apt and dpkg. Sourced by setup, with alive.sh; uses $as_root: empty, or sudo; and
# $apt_log, a file for what apt says, which is of interest when the packages cannot be installed.

have_apt() {
    command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1
}

# Of the packages on standard input, one a line: those that are not installed.
not_installed() {
    names=$(cat)
    # dpkg-query fails when it does not know one of the names; what it prints is complete.
    # shellcheck disable=SC2086 # one word a name
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' $names 2>/dev/null |
        awk -v names="$names" '
            $1 == "installed" { installed[$2] = 1 }
            END {
                count = split(names, name, "\n")
                for (i = 1; i <= count; i++)
                    if (!(name[i] in installed))
                        print name[i]
            }'
}

# Lists of packages that are absent, or that nobody has asked the mirror for within a day.
lists_are_old() {
    set -- /var/lib/apt/lists/*_Packages*
    [ -e "$1" ] || return 0
    [ -z "$(find /var/lib/apt/lists /var/lib/apt/lists/partial -maxdepth 0 -mtime -1)" ]
}

# An apt-get update, behind another one that may be running. Its failure is not the last word: a dead
# source among others does no harm, and what cannot be had shows when packages are installed.
update_lists() {
    alive "setup: reading the lists" try_to_update
    return 0
}

# shellcheck disable=SC2317 # called by alive
try_to_update() {
    tries=0
    while ! $as_root apt-get -q update >"$apt_log" 2>&1 </dev/null; do
        grep -q "Could not get lock" "$apt_log" || break
        tries=$((tries + 1))
        [ "$tries" -le 60 ] || break
        sleep 5
    done
}

# What the installation of the packages in $1 brings, by apt's own reckoning, in one line.
cost_of() {
    # shellcheck disable=SC2086
    plan=$(LC_ALL=C apt-get --print-uris -y --no-install-recommends --no-remove install $1 2>&1 </dev/null)
    cost=$(printf '%s\n' "$plan" | sed -n \
        -e 's/^\(.* upgraded, .* newly installed\), .*/\1/p' \
        -e 's/^Need to get \(.*\) of archives\.$/\1 to download/p' \
        -e 's/^After this operation, \(.*\) of additional disk space will be used\.$/\1 on disk/p')
    if [ -n "$cost" ]; then
        printf '%s\n' "$cost" | paste -s -d ',' - | sed -e 's/,\([0-9]\)/, \1/g'
    else
        printf 'how much that is cannot be said: %s\n' "$(printf '%s\n' "$plan" | grep '^E:' | head -n 1)"
    fi
}

# Installs the packages in $1, waiting up to ten minutes for another run of dpkg. Never removes a
# package of the user's: apt-get fails instead.
install() {
    alive "setup: installing" try_to_install "$1"
}

# shellcheck disable=SC2317 # called by alive
try_to_install() {
    # shellcheck disable=SC2086 # one word a package
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
        --no-install-recommends --no-remove install $1 >>"$apt_log" 2>&1 </dev/null
}
