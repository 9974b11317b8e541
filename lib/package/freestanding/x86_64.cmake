# SPDX-License-Identifier: BSD-2-Clause
# Freestanding programs, x86-64, ELF: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(VMCLOCK_TARGET x86_64-none-elf)
set(VMCLOCK_FLAGS "-fno-pic -mno-red-zone -mgeneral-regs-only")
include(${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake)
