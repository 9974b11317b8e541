# SPDX-License-Identifier: BSD-2-Clause
# AArch64: QEMU's virt machine. The page is found by device tree, on a libfdt of the image's own.
include(${PROJECT_SOURCE_DIR}/boot/fdt/libfdt.cmake)
if(NOT LIBFDT_SOURCES)
    message(FATAL_ERROR "no sources of libfdt: please run boot/setup/libfdt-source")
endif()
set(VMCLOCK_BARE_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/image.ld)
set(VMCLOCK_BARE_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/start.S
    ${CMAKE_CURRENT_LIST_DIR}/machine.c
    ${CMAKE_CURRENT_LIST_DIR}/power.c
    ${CMAKE_CURRENT_LIST_DIR}/../ram.c
    ${CMAKE_CURRENT_LIST_DIR}/rtc.c
    ${CMAKE_CURRENT_LIST_DIR}/tree.c
    ${VMCLOCK_FDT_SOURCES}
    ${LIBFDT_SOURCES})
set(VMCLOCK_BARE_SYSTEM_INCLUDES ${LIBFDT_SYSTEM_INCLUDES})
# libfdt calls strnlen, which is not of ISO C.
set_source_files_properties(${LIBFDT_SOURCES} PROPERTIES COMPILE_DEFINITIONS _POSIX_C_SOURCE=200809L)
# A tree is walked tag by tag: quickly, as a reading waits for it.
set_source_files_properties(${LIBFDT_SOURCES} ${VMCLOCK_FDT_SOURCES} PROPERTIES COMPILE_OPTIONS -O2)
