# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # the variables are shared with the script that sources this
# Packages of another suite of Debian, unpacked into a folder instead of installed. Sourced.
#
# apt works on a state of its own, so neither its lists nor the system's packages change, and it needs
# no root. The mirror, the proxies and the keys are those that the system's own apt uses.

# The user's sources and settings for the mirror: everything that begins with Acquire, but nothing
# that apt would run and no index that only other programs read.
mirror_settings() {
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets'
}

# The address of the mirror from which the system has its release $1 (a codename).
mirror_of() {
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(CODENAME) $(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$1" '$1 == codename && $2 == "Debian" { print $3; exit }'
}

# private_folder FOLDER CODENAME: FOLDER as apt wants it, for a status and sources of its own; and $mirror,
# from which the system has its release CODENAME.
private_folder() {
    mirror=$(mirror_of "$2")
    if [ -z "$mirror" ]; then
        echo "apt has no source of Debian's release '$2', or was never updated" >&2
        return 1
    fi
    mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial" || return 1
    : >"$1/status"
}

# private_apt FOLDER CODENAME SUITE: gets FOLDER/apt.conf ready and reads the lists of the release
# CODENAME, which the system runs, and of SUITE ("bookworm-backports").
private_apt() {
    private_folder "$1" "$2" || return 1
    # The suite may have a source of its own; else it is looked for beside the release.
    suite_mirror=$(mirror_of "$3")
    # Installed packages count as they are, whole or not: only what the new ones lack is of interest.
    # Those of QEMU do not count: all of its parts must be of one version.
    awk -v RS= '$0 !~ /^Package: (qemu|seabios|ipxe-qemu)/' /var/lib/dpkg/status |
        awk '/^ / { next }
             /^(Depends|Pre-Depends|Recommends|Suggests|Enhances|Conflicts|Breaks|Replaces|Conffiles):/ { next }
             /^Package:/ && NR > 1 { print "" }
             { print }' >"$1/status" || return 1
    signed=$(signature)
    printf 'deb %s%s %s main\n' "$signed" "$mirror" "$2" \
        "$signed" "${suite_mirror:-$mirror}" "$3" >"$1/sources.list"
    private_lists "$1"
}

# How the mirror's lists are signed, as an option of a line in sources.list.
signature() {
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ ! -r "$keyring" ] || printf '[signed-by=%s] ' "$keyring"
}

# private_lists FOLDER: an apt.conf for FOLDER/sources.list and FOLDER/status, and the lists.
private_lists() {
    {
        printf 'Dir::Etc::%s "/dev/null";\n' main parts sourceparts preferences preferencesparts
        printf 'Dir::Etc::sourcelist "%s";\n' "$1/sources.list"
        printf 'Dir::State "%s";\nDir::State::status "%s";\nDir::Cache "%s";\n' \
            "$1/state" "$1/status" "$1/cache"
        [ -z "${foreign:-}" ] || printf 'APT::Architectures:: "%s";\n' "$foreign"
        printf 'Debug::NoLocking "true";\nAPT::Sandbox::User "root";\nAPT::Install-Recommends "false";\n'
        mirror_settings
        printf 'Acquire::Languages "none";\n'
    } >"$1/apt.conf"
    APT_CONFIG="$1/apt.conf" apt-get -qq --error-on=any update </dev/null >"$1/log" 2>&1 && return
    grep '^[EW]:' "$1/log" >&2
    return 1
}

# private_source FOLDER CODENAME PACKAGE [SUITE]: fetches the upstream archive of the source package as
# it is in SUITE (else in the release CODENAME, which the system runs) into FOLDER/source, and no more
# of it: some mirrors lack the rest. apt checks it against the signed list.
private_source() {
    private_folder "$1" "$2" && mkdir -p "$1/source" || return 1
    printf 'deb-src %s%s %s main\n' "$(signature)" "$mirror" "${4:-$2}" >"$1/sources.list"
    private_lists "$1" || return 1
    (cd "$1/source" && APT_CONFIG="$1/apt.conf" \
        apt-get -qq source --download-only --tar-only "$3" </dev/null) >"$1/log" 2>&1 && return
    grep '^[EW]:' "$1/log" >&2
    return 1
}

# private_release FOLDER CODENAME ARCH: the lists of the release CODENAME, which the system runs, for the
# architecture ARCH, which the system may not be of.
private_release() {
    private_folder "$1" "$2" && mkdir -p "$1/root" || return 1
    printf 'deb [arch=%s %s] %s %s main\n' "$3" "$(signature | tr -d '[]')" "$mirror" "$2" >"$1/sources.list"
    foreign=$3
    private_lists "$1"
}

# private_file FOLDER PACKAGE PATTERN...: after private_release, the package's files that match into FOLDER/root.
private_file() {
    folder=$1 package=$2
    shift 2
    if ! (cd "$folder" && APT_CONFIG="$folder/apt.conf" apt-get -qq download "$package" >"$folder/log" 2>&1); then
        grep '^[EW]:' "$folder/log" >&2
        return 1
    fi
    dpkg-deb --fsys-tarfile "$folder"/*.deb | tar -x -C "$folder/root" --wildcards "$@"
}

# private_size FOLDER SUITE PACKAGE...: the MB that private_unpack would download.
private_size() {
    folder=$1 suite=$2
    shift 2
    APT_CONFIG="$folder/apt.conf" apt-get -qq -y --print-uris -t "$suite" install "$@" </dev/null 2>&1 |
        awk '$3 ~ /^[0-9]+$/ { bytes += $3 } END { printf "%d", (bytes + 999999) / 1000000 }'
}

# private_unpack FOLDER SUITE ROOT PACKAGE...: fetches the packages from SUITE, with everything that
# they need and the system does not have, and unpacks all into ROOT.
private_unpack() {
    folder=$1 suite=$2 root=$3
    shift 3
    if ! APT_CONFIG="$folder/apt.conf" apt-get -qq -y --download-only -t "$suite" install "$@" \
        </dev/null >"$folder/log" 2>&1; then
        grep '^[EW]:' "$folder/log" >&2
        return 1
    fi
    for package in "$folder/cache/archives/"*.deb; do
        dpkg-deb -x "$package" "$root" || return 1
    done
}
