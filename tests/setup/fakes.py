# SPDX-License-Identifier: BSD-2-Clause
"""Programs that stand in for the system's: each call is recorded, and the one that is to fail fails."""

import shutil

from place import Place

# Records the call, then fails or answers as FAKES/NAME.answer says. What apt is told by files is recorded
# with it, since those are gone when the script has ended.
FAKE = """
name=${{0##*/}}
here='{folder}'
# In one piece: others may be writing.
printf '%s\\n' "${{VIA:+$VIA }}$name${{*:+ $*}}" >>"$here/calls"
if [ -n "${{APT_CONFIG:-}}" ] && [ "$name" = apt-get ]; then
    cp "$APT_CONFIG" "$here/apt.conf"
    cat "${{APT_CONFIG%/*}}/sources.list" >>"$here/sources.list"
fi
[ -t 0 ] && echo "$name" >>"$here/terminals"
[ "$name" != apt-get ] || printf '%s' "${{DEBIAN_FRONTEND:-}}" >"$here/frontend"
while IFS='|' read -r which pattern at text; do
    [ "$which" = "$name" ] || continue
    case "$*" in
    $pattern)
        echo x >>"$here/count-$name"
        if [ "$(grep -c x "$here/count-$name")" = "$at" ] || [ "$at" = all ]; then
            printf '%s\\n' "$text" >&2
            exit 100
        fi
        ;;
    esac
done <"$here/failing"
{answer}
"""


class Faked(Place):
    """A Place whose programs are fakes where self.fake says so, and the system's elsewhere."""

    def setUp(self):
        super().setUp()
        self.records = self.folder / "records"
        self.records.mkdir()
        self.records.chmod(0o777)
        self.path = self.path_without("apt-get", "dpkg-query", "sudo")
        self.let_fail()

    def fake(self, name, answer=None):
        """answer: the script behind the record; None: the system's program of that name."""
        if answer is None:
            answer = f'exec {shutil.which(name)} "$@"'
        file = self.programs / name
        if file.exists() or file.is_symlink():
            file.unlink()
        self.program(name, FAKE.format(folder=self.records, answer=answer))

    def let_fail(self, *failing):
        """Makes calls fail: each (name, pattern of the arguments, which of them: 1, ... or all, what it
        says). Forgets what was recorded."""
        for file in self.records.iterdir():
            file.unlink()
        (self.records / "failing").write_text("".join("|".join(map(str, one)) + "\n" for one in failing))

    def calls(self, *names):
        """The recorded calls in order; of these programs, if named."""
        file = self.records / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line for line in lines if not names or line.split()[0] in names]

    def recorded(self, name):
        return (self.records / name).read_text()

    def faked(self, script, *arguments, **variables):
        return self.run_script(script, *arguments, path=self.path, **variables)
