# SPDX-License-Identifier: BSD-2-Clause
# Freestanding programs, 64-bit Arm, ELF: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(VMCLOCK_TARGET aarch64-none-elf)
set(VMCLOCK_FLAGS "-fno-pic -mgeneral-regs-only -mstrict-align")
include(${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake)
