# SPDX-License-Identifier: BSD-2-Clause
# Bare-metal x86-64 programs with newlib: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(VMCLOCK_BARE_FLAGS "-mno-red-zone -fcf-protection=none")
include(${CMAKE_CURRENT_LIST_DIR}/newlib.cmake)
