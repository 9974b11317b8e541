# SPDX-License-Identifier: BSD-2-Clause
# Bare-metal aarch64 programs with newlib: -DCMAKE_TOOLCHAIN_FILE=this file.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(VMCLOCK_BARE_FLAGS "-mno-outline-atomics -mbranch-protection=none")
include(${CMAKE_CURRENT_LIST_DIR}/newlib.cmake)
