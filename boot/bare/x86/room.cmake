# SPDX-License-Identifier: BSD-2-Clause
# x86-64: PVH and multiboot machines.
set(VMCLOCK_BARE_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/image.ld)
set(VMCLOCK_BARE_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/start.S
    ${CMAKE_CURRENT_LIST_DIR}/boot.c
    ${CMAKE_CURRENT_LIST_DIR}/console.c
    ${CMAKE_CURRENT_LIST_DIR}/cpu.c
    ${CMAKE_CURRENT_LIST_DIR}/exceptions.c
    ${CMAKE_CURRENT_LIST_DIR}/maps.c
    ${CMAKE_CURRENT_LIST_DIR}/memory.c
    ${CMAKE_CURRENT_LIST_DIR}/../ram.c
    ${CMAKE_CURRENT_LIST_DIR}/rtc.c
    ${CMAKE_CURRENT_LIST_DIR}/second.S)
