# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Says on a terminal that a long step is still at work. Sourced.

# alive WHAT COMMAND...: runs the command, or a function in a shell of its own, and returns its status.
# If standard error is a terminal, its last line says from the fifth second on what has been going on
# for how long: until the command ends, below what it says on standard error. Elsewhere nothing is added.
alive() {
    if [ ! -t 2 ]; then
        shift
        "$@"
        return
    fi
    alive_ticks "$1" &
    alive_ticker=$!
    shift
    # The command's standard output is ours, fd 4; its status comes by fd 3.
    { alive_status=$({ { ("$@") 2>&1 >&4 3>&- 4>&-; printf %s "$?" >&3; } | alive_lines >&2; } 3>&1); } 4>&1
    kill "$alive_ticker" 2>/dev/null
    wait "$alive_ticker" 2>/dev/null
    alive_wipe >&2
    return "${alive_status:-1}"
}

alive_ticks() {
    alive_sec=0
    while sleep 1 && kill -0 "$$" 2>/dev/null; do
        alive_sec=$((alive_sec + 1))
        [ "$alive_sec" -lt 5 ] || printf '\r%s, %d s ' "$1" "$alive_sec" >&2
    done
}

alive_lines() {
    while IFS= read -r alive_line || [ -n "$alive_line" ]; do
        alive_wipe
        printf '%s\n' "$alive_line"
    done
}

alive_wipe() { printf '\r%78s\r' ''; }
