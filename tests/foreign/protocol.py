# SPDX-License-Identifier: BSD-2-Clause
"""vmclock/protocol.h with the headers of those who use it: its example, by GCC and by Clang.

With gnu-efi's, with such as EDK II has (edk2/Uefi.h), and alone; nothing of the library is in reach. Exits 1 on
a fault.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-ffreestanding", "-fshort-wchar", "-fsyntax-only")
EDK2 = ("-nostdinc", f"-I{HERE}/edk2")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--root", "--gcc", "--gcc-i386", "--gcc-aarch64", "--clang", "--gnu-efi"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()

    gnu_efi = ("-isystem", options.gnu_efi)
    clang = {arch: (options.clang, f"--target={arch}-unknown-windows") for arch in ("x86_64", "i686", "aarch64")}
    ways = [((options.gcc,), (*gnu_efi, "-DGNU_EFI_USE_MS_ABI")), ((options.gcc,), EDK2),
            ((options.gcc_i386,), (*EDK2, "-mregparm=3", "-mrtd")), ((options.gcc_aarch64,), EDK2),
            (clang["x86_64"], gnu_efi), *((compiler, EDK2) for compiler in clang.values())]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        header = pathlib.Path(folder, "vmclock", "protocol.h")
        header.parent.mkdir()
        shutil.copy(pathlib.Path(options.root, "drivers/include/vmclock/protocol.h"), header)
        source = pathlib.Path(options.root, "boot/examples/efi-protocol/main.c")
        for compiler, flags in ways:
            command = [*compiler, *flags, *WARNINGS, f"-I{folder}", str(source)]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                failed += 1
                print(" ".join(command), done.stdout[:2000], sep="\n")
    print(f"{len(ways)} ways, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
