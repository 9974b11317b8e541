# SPDX-License-Identifier: BSD-2-Clause
# libfdt for images, compiled with their own flags. Gives
#   LIBFDT_SOURCES         one source of ours that includes libfdt's; empty if libfdt is not to be had
#   LIBFDT_SYSTEM_INCLUDES libfdt's folder: to be searched by -isystem, also for VMCLOCK_FDT_SOURCES
#   LIBFDT_LIBC_SOURCES    memcpy and the like, for images without a libc
#   LIBFDT_LIBC_INCLUDES   their headers
# An image that finds the page by device tree compiles VMCLOCK_FDT_SOURCES and all of these.
set(LIBFDT_SOURCES)
set(LIBFDT_SYSTEM_INCLUDES)
set(LIBFDT_LIBC_SOURCES ${CMAKE_CURRENT_LIST_DIR}/libc/strings.c)
set(LIBFDT_LIBC_INCLUDES ${CMAKE_CURRENT_LIST_DIR}/libc)

set(VMCLOCK_LIBFDT_SOURCE "" CACHE PATH "Folder with libfdt's sources; empty: boot/setup/libfdt-source finds it")
set(folder ${VMCLOCK_LIBFDT_SOURCE})
if(NOT folder)
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/boot/setup/libfdt-source
        OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(EXISTS "${folder}/fdt.c")
    set(LIBFDT_SOURCES ${CMAKE_CURRENT_LIST_DIR}/libfdt.c)
    set(LIBFDT_SYSTEM_INCLUDES ${folder})
else()
    message(STATUS "No sources of libfdt: images that need them are not built")
endif()
