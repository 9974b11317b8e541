# SPDX-License-Identifier: BSD-2-Clause
# Freestanding programs, 32-bit x86, PE: for EFI: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR i686)
set(VMCLOCK_TARGET i686-unknown-windows)
set(VMCLOCK_FLAGS "-fshort-wchar -mgeneral-regs-only -fno-jump-tables")
include(${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake)
