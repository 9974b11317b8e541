# SPDX-License-Identifier: BSD-2-Clause
# What the toolchain files of this folder have in common: programs with no system under them, by clang,
# which makes objects for all machines. VMCLOCK_TARGET and VMCLOCK_FLAGS are set by each of them.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
# In the flags, which linking gets too: not so CMAKE_C_COMPILER_TARGET, without a system.
foreach(language C CXX)
    set(CMAKE_${language}_FLAGS_INIT
        "--target=${VMCLOCK_TARGET} -ffreestanding -fno-stack-protector ${VMCLOCK_FLAGS}")
endforeach()
set(CMAKE_ASM_FLAGS_INIT "--target=${VMCLOCK_TARGET}")
if(NOT CMAKE_C_COMPILER)
    find_program(CMAKE_C_COMPILER NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 REQUIRED)
endif()
