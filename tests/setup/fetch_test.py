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
    : >"$3/newlib-4/COPYING.NEWLIB"
    tar -C "$3" -czf "$3/usr/src/newlib/newlib-4.tar.gz" newlib-4
    ;;
esac
"""

# The packages that one file or a few of are wanted.
FILES = """
case $1 in
--fsys-tarfile)
    folder=$(mktemp -d)
    for file in boot/vmlinuz-6-cloud lib/modules/a/kvm.ko lib/modules/a/kvm-amd.ko.xz lib/modules/irqbypass.ko \
        lib/modules/a/loop.ko usr/lib/systemd/boot/efi/systemd-bootaa64.efi usr/lib/systemd/boot/efi/other.efi \
        usr/share/refind/refind/refind_x64.efi usr/share/refind/refind/refind_aa64.efi; do
        mkdir -p "$folder/${file%/*}"
        echo "$file" >"$folder/$file"
    done
    tar -C "$folder" -c .
    rm -r "$folder"
    ;;
esac
"""
DOWNLOAD = """
case $* in
*download*) touch "$(printf %s "$3" | tr : _)_1.deb" ;;
esac
"""
DEPENDS = r"""
printf '%s\n  Depends: %s\n  Depends: %s\n' "$2" linux-image-6-cloud linux-image-5-cloud
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

# Of one of those: its script and arguments, the architecture, the package, what is printed and what else is kept.
SINGLE = {
    "linux-cloud": (["linux-cloud"], "amd64", "linux-image-6-cloud", "linux-cloud-{}/vmlinuz",
                    {"vmlinuz": "boot/vmlinuz-6-cloud", "modules/kvm.ko": "lib/modules/a/kvm.ko",
                     "modules/kvm-amd.ko.xz": "lib/modules/a/kvm-amd.ko.xz",
                     "modules/irqbypass.ko": "lib/modules/irqbypass.ko"}),
    "systemd-boot": (["boot-manager", "systemd-boot"], "arm64", "systemd-boot-efi:arm64",
                     "systemd-boot-{}/systemd-bootaa64.efi",
                     {"systemd-bootaa64.efi": "usr/lib/systemd/boot/efi/systemd-bootaa64.efi"}),
    "refind": (["boot-manager", "refind"], "amd64", "refind:amd64", "refind-{}/refind_x64.efi",
               {"refind_x64.efi": "usr/share/refind/refind/refind_x64.efi"}),
}
SINGLE_STEPS = (("apt-get", "indextargets*"), ("apt-get", "*update"), ("apt-get", "*download*"), ("tar", "-x *"),
                ("mktemp", "-d *"), ("mv", "-T *"), ("mkdir", "-p *"))

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
        config = re.sub(r"\.libfdt-source\.\w+", "", config)  # six letters by chance
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

    def single(self, name):
        script, *arguments = SINGLE[name][0]
        return self.faked(TREE / "boot" / "setup" / script, *arguments, XDG_CACHE_HOME=str(self.cache),
                          HOME=str(self.folder))

    def files(self):
        """Fakes for the scripts that take a few files of a package."""
        self.fake("apt-get", APT_GET.format(codename=self.codename) + DOWNLOAD)
        self.fake("apt-cache", DEPENDS)
        self.fake("dpkg-deb", FILES)

    def test_files(self):
        """Those and no others; the second time nothing is fetched."""
        self.files()
        for name, (_, architecture, package, found, kept) in SINGLE.items():
            with self.subTest(name):
                self.let_fail()
                path = self.cache / "libvmclock" / found.format(self.codename)
                done = self.single(name)
                self.assertEqual((done.returncode, done.stdout), (0, f"{path}\n"), done)
                self.assertIn("nothing is installed", done.stderr)
                self.assertIn(f"apt-get -qq download {package}", self.calls("apt-get"))
                self.assertEqual(self.calls("apt-cache"),
                                 ["apt-cache depends linux-image-cloud-amd64:amd64"] * (name == "linux-cloud"))
                self.assertRegex(self.recorded("sources.list"),
                                 rf"^(deb \[arch={architecture} signed-by=\S+ ?\] http://mirror/debian/"
                                 rf" {self.codename} main\n)+$")
                self.assertIn(f'APT::Architectures:: "{architecture}";\n', self.recorded("apt.conf"))
                self.assertEqual({str(file.relative_to(path.parent)): file.read_text().strip()
                                  for file in path.parent.rglob("*") if file.is_file()}, kept)
                self.let_fail()
                done = self.single(name)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"{path}\n", ""), done)
                self.assertEqual(self.calls("apt-get"), [])
        for words in ((), ("grub",), ("refind", "systemd-boot")):
            done = self.faked(TREE / "boot" / "setup" / "boot-manager", *words, XDG_CACHE_HOME=str(self.cache))
            self.assertEqual((done.returncode, done.stdout), (2, ""), done)
            self.assertIn("usage: boot/setup/boot-manager systemd-boot|refind", done.stderr)

    def test_each_step_of_files(self):
        self.files()
        for name in ("tar", "mktemp", "mv", "mkdir", "find"):
            self.fake(name)
        for single, ((script, *_), *_) in SINGLE.items():
            for name, pattern in (*SINGLE_STEPS, *[("find", "*"), ("apt-cache", "*")] * (single == "linux-cloud")):
                with self.subTest(single, step=f"{name} {pattern}"):
                    self.let_fail((name, pattern, "all", "E: no"))
                    done = self.single(single)
                    self.assertEqual((done.returncode, done.stdout), (1, ""), done)
                    self.assertRegex(done.stderr, rf"(?m)^{script}: (no kernel could be fetched"
                                     rf"|{single} could not be fetched|cannot write to )")
                    self.assertEqual(self.left(), [], done)

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
