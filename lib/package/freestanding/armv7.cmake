# SPDX-License-Identifier: BSD-2-Clause
# Freestanding programs, 32-bit Arm, ELF, soft float: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(VMCLOCK_TARGET armv7-none-eabi)
set(VMCLOCK_FLAGS "-fno-pic -mfloat-abi=soft -mno-unaligned-access")
include(${CMAKE_CURRENT_LIST_DIR}/freestanding.cmake)
