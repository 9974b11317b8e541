# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup's scripts that fetch: what apt is told, and what is left when any step fails."""

import re
import unittest

from fakes import Faked
from place import TREE

SETTINGS = """
APT::Architecture "amd64";
APT::Update::Pre-Invoke:: "touch evil";
Acquire::http::Proxy "http://proxy:3128";
Acquire::IndexTargets::deb::Contents::MetaKey "x";
Acquire::Languages "de";
DPkg::Pre-Install-Pkgs:: "touch evil";
"""

# Gives whatever the scripts ask for; release and mirror are this system's by name only.
APT_GET = """
case $* in
indextargets*)
    printf '%s Other http://other/\\n%s Debian http://mirror/debian/\\n' {codename} {codename}
    ;;
*tar-only*)
    [ "$(basename "$PWD")" = source ] || exit 9
    mkdir -p dtc-1/libfdt && touch dtc-1/libfdt/fdt.c
    tar -czf device-tree-compiler_1.orig.tar.gz dtc-1
    rm -r dtc-1
    ;;
*print-uris*) echo "'http://mirror/x' x.deb 2500000 SHA256:0" ;;
*download-only*install*)
    for package in "$@"; do :; done
    touch "${{APT_CONFIG%/*}}/cache/archives/${{package}}_1.deb" \
        "${{APT_CONFIG%/*}}/cache/archives/another_1.deb"
    ;;
esac
"""

DPKG_DEB = """
case $1 in
-f) echo 2:10.0.1 ;;
-x)
    mkdir -p "$3/usr/bin" "$3/usr/src/newlib" "$3/newlib-4"
    printf '#!/bin/sh\\necho "vmclock options:"\\n' >"$3/usr/bin/qemu-system-x86_64"
    printf '#!/bin/sh\\necho 1.0\\n' >"$3/usr/bin/cbmc"
    chmod +x "$3/usr/bin/qemu-system-x86_64" "$3/usr/bin/cbmc"
    cp "${0%/*}/configure" "$3/newlib-4/"
    tar -C "$3" -czf "$3/usr/src/newlib/newlib-4.tar.gz" newlib-4
    ;;
esac
"""

MAKE = """
for argument in "$@"; do
    case $argument in
    DESTDIR=*) destination=${argument#DESTDIR=} ;;
    esac
done
case $* in
*install*) mkdir -p "$destination/x86_64-elf/lib" && touch "$destination/x86_64-elf/lib/libc.a" ;;
esac
"""

FOUND = {"libfdt-source": "dtc-1/libfdt", "qemu-vmclock": "qemu-10.0.1/qemu-system-x86_64",
         "prover": "cbmc-10.0.1/cbmc", "newlib": r"newlib-10\.0\.1-x86_64-\d+"}
ARGUMENTS = {"prover": ["cbmc"], "newlib": ["x86_64"]}

# Each step that may fail: of which scripts, what fails, and what is said. What all of them have in common
# is tried with one that fetches sources, and one that fetches packages.
ALL = ("libfdt-source", "qemu-vmclock")
STEPS = (
    (ALL, "apt-get", "indextargets*", "has no source of Debian's release"),
    (ALL, "apt-get", "*update", "E: no network"),
    (("libfdt-source",), "apt-get", "*source*", "E: no network"),
    (("qemu-vmclock", "prover"), "apt-get", "*download-only*", "E: no network"),
    (("qemu-vmclock", "newlib"), "dpkg-deb", "-x *", "cannot fetch"),
    (("libfdt-source", "newlib"), "python3", "*extractall*", "cannot unpack the source"),
    (("newlib",), "configure", "*", "newlib does not build"),
    (("newlib",), "make", "*all-target*", "newlib does not build"),
    (("newlib",), "make", "*install*", "newlib does not build"),
    (("qemu-vmclock",), "chmod", "*", "cannot write to"),
    (ALL, "mktemp", "-d *", "cannot write to"),
    (ALL, "mv", "*", "cannot write to"),
    (ALL, "mkdir", "-p *", "cannot write to"),
)


class Fetching(Faked):
    def setUp(self):
        super().setUp()
        (self.programs / "qemu-system-x86_64").unlink(missing_ok=True)
        codename = self.run_script("/bin/sh", "-c", ". /etc/os-release; printf %s $VERSION_CODENAME")
        self.codename = codename.stdout or "bookworm"
        self.fake("apt-get", APT_GET.format(codename=self.codename))
        self.fake("apt-config", f"cat <<'TEXT'{SETTINGS}TEXT")
        self.fake("dpkg-deb", DPKG_DEB)
        self.fake("make", MAKE)
        self.fake("configure", "")
        self.fake("sudo", "exit 9")
        self.program("cbmc", "exit 1\n")
        self.cache = self.folder.parent / "cache"  # no blank: so what is worked on is in it, too

    def fetch(self, script, **variables):
        return self.faked(TREE / "boot" / "setup" / script, *ARGUMENTS.get(script, ()),
                          XDG_CACHE_HOME=str(self.cache), HOME=str(self.folder), **variables)

    def left(self):
        return self.left_in(self.cache) if (self.cache / "libvmclock").exists() else []

    def fetches(self, script):
        done = self.fetch(script)
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, f"^{re.escape(str(self.cache))}/libvmclock/{FOUND[script]}\n$")
        self.assertEqual(len(self.left()), 1)
        return done

    def assert_own_apt(self, suites):
        """A state of its own, the user's mirror and proxy, Debian's keys; no scripts of others."""
        config = self.recorded("apt.conf")
        for key in ("main", "parts", "sourceparts", "preferences", "preferencesparts"):
            self.assertIn(f'Dir::Etc::{key} "/dev/null";\n', config)
        folder = re.search(r'Dir::Etc::sourcelist "(.*)/sources.list";\n', config).group(1)
        for key, name in (("State", "state"), ("State::status", "status"), ("Cache", "cache")):
            self.assertIn(f'Dir::{key} "{folder}/{name}";\n', config)
        self.assertIn('Acquire::http::Proxy "http://proxy:3128";\n', config)
        self.assertTrue(config.endswith('Acquire::Languages "none";\n'), config)
        self.assertNotRegex(config, "(?i)evil|IndexTargets|insecure|unauthenticated|trusted")
        for line in self.recorded("sources.list").splitlines():
            match = re.fullmatch(r"(deb|deb-src) \[signed-by=/usr/share/keyrings/debian-archive-keyring."
                                 r"gpg\] http://mirror/debian/ (\S+) main", line)
            self.assertTrue(match, line)
            suites.discard(match.group(2))
        self.assertEqual(suites, set())
        self.assertEqual(self.calls("sudo"), [])

    def test_sources(self):
        done = self.fetches("libfdt-source")
        self.assertEqual([line for line in self.calls("apt-get") if "indextargets" not in line], [
            "apt-get -qq --error-on=any update",
            "apt-get -qq source --download-only --tar-only device-tree-compiler"])
        self.assert_own_apt({self.codename})
        self.assertIn("nothing is installed", done.stderr)

    def test_packages(self):
        for script, suite, package in (("qemu-vmclock", f"{self.codename}-backports", "qemu-system-x86"),
                                       ("prover", "trixie", "cbmc"),
                                       ("newlib", self.codename, "newlib-source")):
            with self.subTest(script):
                self.let_fail()
                done = self.fetches(script)
                self.assertEqual([line for line in self.calls("apt-get") if "indextargets" not in line], [
                    "apt-get -qq --error-on=any update",
                    f"apt-get -qq -y --print-uris -t {suite} install {package}",
                    f"apt-get -qq -y --download-only -t {suite} install {package}"])
                self.assertEqual([line.split()[1] for line in self.calls("dpkg-deb")],
                                 ["-x", "-x", "-f"])
                self.assert_own_apt({self.codename, suite})
                self.assertRegex(done.stderr, r"3 MB;?\n?.*nothing is installed")
                self.run_script("/bin/rm", "-r", str(self.cache))

    def test_private_folders(self):
        """What is fetched is not for others to write to."""
        seen = self.folder / "seen"
        self.fake("dpkg-deb", f'stat -c %a "$(dirname "$3")" "$(dirname "$3")/.." >>"{seen}"\n{DPKG_DEB}')
        self.fetches("qemu-vmclock")
        self.assertEqual(seen.read_text().split()[1], "700")

    def test_each_step(self):
        for scripts, name, pattern, said in STEPS:
            for script in scripts:
                with self.subTest(script=script, step=f"{name} {pattern}"):
                    own = (self.programs / name).exists()
                    if not own:
                        self.fake(name)
                    # Of packages one, and the other is unpacked.
                    which = 1 if name == "dpkg-deb" else "all"
                    self.let_fail((name, pattern, which, "E: no network"))
                    done = self.fetch(script)
                    self.assertEqual((done.returncode, done.stdout), (1, ""), done)
                    self.assertIn(said, done.stderr)
                    self.assertEqual(self.left(), [], done)
                    if not own:
                        (self.programs / name).unlink()
        for script in FOUND:  # and after all that
            self.let_fail()
            done = self.fetch(script)
            self.assertEqual(done.returncode, 0, done)

    def test_not_as_expected(self):
        """An archive of something else, a program that does not start: said, and not kept."""
        self.fake("dpkg-deb", 'mkdir -p "$3/usr/bin" "$3/usr/src/newlib"')
        self.fake("apt-get", APT_GET.format(codename=self.codename).replace("libfdt/fdt.c", "libfdt/x"))
        for script, said in (("libfdt-source", "are not as expected"),
                             ("qemu-vmclock", "does not start here"),
                             ("prover", "does not start here"),
                             ("newlib", "cannot unpack the source")):
            with self.subTest(script):
                done = self.fetch(script)
                self.assertEqual((done.returncode, done.stdout), (1, ""), done)
                self.assertIn(said, done.stderr)
                self.assertEqual(self.left(), [], done)


if __name__ == "__main__":
    unittest.main()
