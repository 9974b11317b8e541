# SPDX-License-Identifier: BSD-2-Clause
# The core, built by other compilers and options than the project's own: one cell each. Included by
# the folders of tests that run in several cells.

find_program(VMCLOCK_GCC gcc REQUIRED)
find_program(VMCLOCK_CLANG clang REQUIRED)

set(VMCLOCK_CELLS gcc-O0 gcc-O1 gcc-Og gcc-O2 gcc-Os clang-O0 clang-O2 clang-Os portable
    sanitized)
set(VMCLOCK_CELL_gcc-O0 ${VMCLOCK_GCC} -O0)
set(VMCLOCK_CELL_gcc-O1 ${VMCLOCK_GCC} -O1)
set(VMCLOCK_CELL_gcc-Og ${VMCLOCK_GCC} -Og)
set(VMCLOCK_CELL_gcc-O2 ${VMCLOCK_GCC} -O2)
set(VMCLOCK_CELL_gcc-Os ${VMCLOCK_GCC} -Os)
set(VMCLOCK_CELL_clang-O0 ${VMCLOCK_CLANG} -O0)
set(VMCLOCK_CELL_clang-O2 ${VMCLOCK_CLANG} -O2)
set(VMCLOCK_CELL_clang-Os ${VMCLOCK_CLANG} -Os)
set(VMCLOCK_CELL_portable ${VMCLOCK_GCC} -O2 -DVMCLOCK_PORTABLE)
set(VMCLOCK_CELL_sanitized ${VMCLOCK_GCC} -O1 -g -fno-omit-frame-pointer
    -fsanitize=address,undefined -fno-sanitize-recover=all)

file(GLOB VMCLOCK_CORE_HEADERS CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/lib/*.h ${PROJECT_SOURCE_DIR}/lib/include/vmclock/*.h
    ${PROJECT_SOURCE_DIR}/arch/*.h ${PROJECT_SOURCE_DIR}/arch/*/*.h)

# vmclock_cell_program(NAME CELL LIBRARIES SOURCE...): a hosted program NAME-CELL of the core and the
# sources, all compiled as the cell says, without a warning.
function(vmclock_cell_program name cell libraries)
    set(includes ${VMCLOCK_CORE_INCLUDES} ${VMCLOCK_CORE_PRIVATE_INCLUDES})
    list(TRANSFORM includes PREPEND -I)
    file(GLOB own_headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    set(program ${CMAKE_CURRENT_BINARY_DIR}/${name}-${cell})
    # Hardening that a distribution's compiler adds by itself stays on: a caller's would too.
    add_custom_command(OUTPUT ${program}
        COMMAND ${VMCLOCK_CELL_${cell}} -std=c11 ${VMCLOCK_WARNINGS} ${includes}
            -o ${program} ${ARGN} ${VMCLOCK_CORE_SOURCES} ${libraries}
        DEPENDS ${ARGN} ${VMCLOCK_CORE_SOURCES} ${VMCLOCK_CORE_HEADERS} ${own_headers}
        COMMENT "Building ${name}-${cell}"
        VERBATIM)
    add_custom_target(${name}-${cell}.cell ALL DEPENDS ${program})
endfunction()
