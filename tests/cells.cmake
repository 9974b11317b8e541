# SPDX-License-Identifier: BSD-2-Clause
# The core, built by other compilers and options than the project's own: one cell each. Every source
# is compiled once a cell, so that a changed file costs one object a cell and the links.

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

set(VMCLOCK_CELL_INCLUDES ${VMCLOCK_CORE_INCLUDES} ${VMCLOCK_CORE_PRIVATE_INCLUDES})
list(TRANSFORM VMCLOCK_CELL_INCLUDES PREPEND -I)

# vmclock_cell_objects(OUT CELL SOURCE...): the objects of the sources, compiled as the cell says
# and without a warning. (CMake has one C compiler a project: so these are custom commands.)
function(vmclock_cell_objects out cell)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/cells/${cell})
    file(MAKE_DIRECTORY ${folder})
    set(objects)
    foreach(source ${ARGN})
        file(RELATIVE_PATH object ${PROJECT_SOURCE_DIR} ${source})
        string(REPLACE "/" "_" object ${object})
        set(object ${folder}/${object}.o)
        get_property(known DIRECTORY PROPERTY vmclock_cell_objects)
        if(NOT object IN_LIST known)
            # Hardening that a distribution's compiler adds by itself stays on: a caller's would too.
            add_custom_command(OUTPUT ${object}
                COMMAND ${VMCLOCK_CELL_${cell}} -std=c11 ${VMCLOCK_WARNINGS} ${VMCLOCK_CELL_INCLUDES}
                    -MD -MF ${object}.d -c ${source} -o ${object}
                DEPENDS ${source}
                DEPFILE ${object}.d
                COMMENT "Building ${cell} object ${source}"
                VERBATIM)
            set_property(DIRECTORY APPEND PROPERTY vmclock_cell_objects ${object})
        endif()
        list(APPEND objects ${object})
    endforeach()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# The core and the fixture of its tests: an archive a cell, target cell.CELL.
foreach(cell ${VMCLOCK_CELLS})
    set(archive ${CMAKE_CURRENT_BINARY_DIR}/cells/${cell}/libcell.a)
    vmclock_cell_objects(objects ${cell}
        ${VMCLOCK_CORE_SOURCES} ${PROJECT_SOURCE_DIR}/tests/unit/core/fixture.c)
    add_custom_command(OUTPUT ${archive}
        COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
        COMMAND ${CMAKE_AR} rcs ${archive} ${objects}
        DEPENDS ${objects}
        COMMENT "Building ${cell} core"
        VERBATIM)
    add_custom_target(cell.${cell} DEPENDS ${archive})
    set(VMCLOCK_CELL_ARCHIVE_${cell} ${archive})
endforeach()

# vmclock_cell_program(NAME CELL LIBRARIES SOURCE...): a hosted program NAME-CELL of the sources with
# the cell's core; target NAME-CELL.cell. The core's headers have no code, so that its callers are the
# same objects in all cells but the sanitized one, which watches their memory too.
function(vmclock_cell_program name cell libraries)
    set(program ${CMAKE_CURRENT_BINARY_DIR}/${name}-${cell})
    set(archive ${VMCLOCK_CELL_ARCHIVE_${cell}})
    set(callers gcc-O2)
    if(cell STREQUAL "sanitized")
        set(callers sanitized)
    endif()
    vmclock_cell_objects(objects ${callers} ${ARGN})
    add_custom_command(OUTPUT ${program}
        COMMAND ${VMCLOCK_CELL_${cell}} -o ${program} ${objects} ${archive} ${libraries}
        DEPENDS ${objects} ${archive}
        COMMENT "Linking ${name}-${cell}"
        VERBATIM)
    add_custom_target(${name}-${cell}.cell ALL DEPENDS ${program})
    add_dependencies(${name}-${cell}.cell cell.${cell})
endfunction()

add_library(core_fixture STATIC unit/core/fixture.c)
target_link_libraries(core_fixture PUBLIC vmclock cmocka)
target_compile_options(core_fixture PRIVATE ${VMCLOCK_WARNINGS})

# vmclock_unit_test(NAME SOURCE...): a program of cmocka's tests, test_NAME with the library itself
# as row unit.NAME, and one in each cell as rows unit.NAME.CELL.
function(vmclock_unit_test name)
    string(REPLACE _ - row ${name})
    list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE sources)
    add_executable(test_${name} ${sources})
    target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(test_${name} PRIVATE core_fixture)
    target_compile_options(test_${name} PRIVATE ${VMCLOCK_WARNINGS})
    add_test(NAME unit.${row} COMMAND test_${name})
    set_tests_properties(unit.${row} PROPERTIES TIMEOUT 60)
    vmclock_quick(unit.${row} test_${name})
    foreach(cell ${VMCLOCK_CELLS})
        vmclock_cell_program(test_${name} ${cell} -lcmocka ${sources})
        add_test(NAME unit.${row}.${cell} COMMAND ${CMAKE_CURRENT_BINARY_DIR}/test_${name}-${cell})
        set_tests_properties(unit.${row}.${cell} PROPERTIES TIMEOUT 120)
    endforeach()
endfunction()
