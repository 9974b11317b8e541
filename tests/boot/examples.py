# SPDX-License-Identifier: BSD-2-Clause
"""The examples, built as their users build theirs: as projects of their own against what was installed."""

import os
import shutil
import subprocess
import sys
import time
import unittest
from datetime import datetime

from harness import BOOT, BUILD, Case, publishing, setup_of
from livepage import told_when_it_is_known
from vm import session

CMAKE = os.environ.get("VMCLOCK_CMAKE", "cmake")


class Example(Case):
    def done(self, *command, cwd=None, **variables):
        done = subprocess.run(command, cwd=cwd, env={**os.environ, **variables}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def copy(self, name):
        """What a stranger copies: the folder, and nothing around it."""
        return shutil.copytree(os.path.join(BOOT, "examples", name), os.path.join(self.directory, name))

    def install(self, build=BUILD):
        prefix = self.subdirectory("a prefix")
        self.done(CMAKE, "--install", build, "--prefix", prefix)
        return prefix

    def built_by_cmake(self, name, prefix, *definitions):
        build = self.subdirectory("build")
        self.done(CMAKE, "-G", "Ninja", "-S", self.copy(name), "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
                  "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", *definitions)
        self.done(CMAKE, "--build", build)
        return build

    def tells_the_time(self, image):
        before_sec = int(time.time())
        with session.Session(publishing(image, arguments="")) as running:
            said = running.line(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{9}Z, at most \d+ ns off.*").group(1)
        told_sec = datetime.fromisoformat(said + "+00:00").timestamp()
        self.assertLessEqual(before_sec, told_sec)
        self.assertLessEqual(told_sec, time.time())
        with session.Session(setup_of("none", image=image, arguments="")) as running:
            running.line("The firmware describes no vmclock device.")


class Efi(Example):
    def test_gcc(self):
        folder, prefix = self.copy("efi"), self.install()
        self.done("make", "--silent", cwd=folder,
                  PKG_CONFIG_PATH=os.path.join(prefix, "lib", "pkgconfig"))
        self.tells_the_time(os.path.join(folder, "your-application.efi"))

    def test_clang(self):
        library = self.subdirectory("library")
        self.done(CMAKE, "-S", os.path.dirname(BOOT), "--preset", "vmclock-x86_64-pe", "-B", library, "-G", "Ninja")
        self.done(CMAKE, "--build", library)
        prefix = self.install(library)
        toolchain = os.path.join(prefix, "share/vmclock/freestanding/x86_64-pe.cmake")
        build = self.built_by_cmake("efi", prefix, f"-DCMAKE_TOOLCHAIN_FILE={toolchain}",
                                    "-DCMAKE_BUILD_TYPE=MinSizeRel")
        self.tells_the_time(os.path.join(build, "your-application.efi"))


class Kernel(Example):
    def test_upper_half(self):
        image = os.path.join(self.built_by_cmake("kernel", self.install()), "your-kernel")
        self.tells_the_time(image)
        told_when_it_is_known(self, image, r"\d{4}-.*Z, at most \d+ ns off.*",
                              "The publisher says that its clock is not usable.")
        self.by_boot_run(image)

    def by_boot_run(self, image):
        """boot/run shows what it says, and that there is nothing to check."""
        run = self.watch([sys.executable, "-BP", "-m", "vm", "--build", BUILD, "--kernel", image])
        self.assertEqual(run.finish(), 3, run.text())
        self.assert_nothing_left(run)
        self.assertRegex(run.text(), r"\n\d\d:\d\d:\d\d\.\d{3}  .*Z, at most \d+ ns off.*  \[-0\.\d{3} s\]\n")
        self.assertIn("boot/run: your-kernel has no report ", run.text())


if __name__ == "__main__":
    unittest.main()
