# SPDX-License-Identifier: BSD-2-Clause
# Freestanding programs, 32-bit x86, ELF: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR i686)
set(VMCLOCK_TARGET i686-none-elf)
set(VMCLOCK_FLAGS "-fno-pic -mgeneral-regs-only")
include(${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake)
