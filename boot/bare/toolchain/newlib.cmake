# SPDX-License-Identifier: BSD-2-Clause
# What the toolchain files have in common: gcc for Linux makes programs for nothing but newlib.
#
# VMCLOCK_NEWLIB: the folder of newlib, with include/ and lib/; without it, what boot/setup/newlib has
# made.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES VMCLOCK_NEWLIB)

set(compilers ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu-gcc)
cmake_host_system_information(RESULT host QUERY OS_PLATFORM)
if(host STREQUAL CMAKE_SYSTEM_PROCESSOR)
    list(APPEND compilers gcc)
endif()
find_program(CMAKE_C_COMPILER NAMES ${compilers} REQUIRED)

if(NOT VMCLOCK_NEWLIB)
    execute_process(
        COMMAND ${CMAKE_CURRENT_LIST_DIR}/../../setup/newlib --check ${CMAKE_SYSTEM_PROCESSOR}
        OUTPUT_VARIABLE VMCLOCK_NEWLIB OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT VMCLOCK_NEWLIB)
        message(FATAL_ERROR "no newlib: please run boot/setup/newlib ${CMAKE_SYSTEM_PROCESSOR}, "
            "or say where one is with -DVMCLOCK_NEWLIB=FOLDER")
    endif()
endif()
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include
    OUTPUT_VARIABLE own_headers OUTPUT_STRIP_TRAILING_WHITESPACE)

# The compiler is to name no system that there is not.
set(CMAKE_C_FLAGS_INIT "${VMCLOCK_BARE_FLAGS} -fno-pie -fno-stack-protector \
-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
-U__linux__ -U__linux -Ulinux -U__gnu_linux__ -U__unix__ -U__unix -Uunix \
-nostdinc -isystem \"${VMCLOCK_NEWLIB}/include\" -idirafter \"${own_headers}\"")
set(CMAKE_C_FLAGS_RELEASE_INIT "-Os")
set(CMAKE_C_FLAGS_RELEASE "-Os" CACHE STRING "Small rather than fast")
set(CMAKE_EXE_LINKER_FLAGS_RELEASE_INIT -s) # no symbols: a Debug build has them
set(CMAKE_ASM_FLAGS_INIT "${VMCLOCK_BARE_FLAGS}")

# One group: newlib calls what rests on newlib.
set(CMAKE_C_LINK_EXECUTABLE "<CMAKE_C_COMPILER> -nostdlib -static -no-pie \
-Wl,--gc-sections,--build-id=none,-z,noexecstack,-z,max-page-size=4096,-z,norelro,--no-warn-rwx-segments \
<LINK_FLAGS> <OBJECTS> -o <TARGET> -L\"${VMCLOCK_NEWLIB}/lib\" \
-Wl,--start-group <LINK_LIBRARIES> -lc -lgcc -Wl,--end-group")
set(CMAKE_EXECUTABLE_SUFFIX_C .elf)
set(CMAKE_EXECUTABLE_SUFFIX .elf)
