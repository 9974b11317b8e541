# SPDX-License-Identifier: BSD-2-Clause
# The link matrix: the core and the drivers for each target that images are built for, one row of
# CTest a cell, and a table of what they measured. See cell.py. Each target at the level that its images mostly
# have, each level on some target; all the others are long.
find_program(VMCLOCK_GCC gcc REQUIRED)
find_program(VMCLOCK_CLANG clang REQUIRED)
find_program(VMCLOCK_GCC_AARCH64 aarch64-linux-gnu-gcc)
find_program(VMCLOCK_GCC_ARMV7 arm-linux-gnueabihf-gcc)
find_program(VMCLOCK_GCC_S390X s390x-linux-gnu-gcc)
find_program(VMCLOCK_LD_S390X s390x-linux-gnu-ld)
find_program(VMCLOCK_LD_LLD NAMES ld.lld ld.lld-19 ld.lld-18 ld.lld-17 ld.lld-16 ld.lld-15 ld.lld-14 REQUIRED)
find_program(VMCLOCK_LLD_LINK
    NAMES lld-link lld-link-19 lld-link-18 lld-link-17 lld-link-16 lld-link-15 lld-link-14 REQUIRED)

# libfdt's headers without the C library's beside them: see boot/fdt/libc.
set(libfdt ${CMAKE_CURRENT_BINARY_DIR}/libfdt)
file(COPY ${VMCLOCK_LIBFDT_INCLUDE}/libfdt.h ${VMCLOCK_LIBFDT_INCLUDE}/libfdt_env.h
    ${VMCLOCK_LIBFDT_INCLUDE}/fdt.h DESTINATION ${libfdt})
set(VMCLOCK_LIBFDT_NEEDS fdt_check_header,fdt_next_tag,fdt_offset_ptr)

set(results ${CMAKE_CURRENT_BINARY_DIR}/matrix)
file(MAKE_DIRECTORY ${results})
set(cells)

# vmclock_link_cell(FORMAT KIND ARCH COMPILER LEVEL...): the levels that are not long.
function(vmclock_link_cell format kind arch compiler)
    set(linker ${VMCLOCK_LD_LLD})
    if(format STREQUAL "pe")
        set(linker ${VMCLOCK_LLD_LINK})
    elseif(arch STREQUAL "s390x")
        set(linker ${VMCLOCK_LD_S390X})
    endif()
    set(levels O0 O2 Os)
    if(kind STREQUAL "gcc") # whose warnings differ by level; its images are seldom of these two
        list(APPEND levels O1 Og)
    endif()
    foreach(level ${levels})
        set(cell ${format}-${kind}-${arch}-${level})
        add_test(NAME link.matrix.${cell}
            COMMAND Python3::Interpreter -B ${CMAKE_CURRENT_SOURCE_DIR}/cell.py
                --format ${format} --kind ${kind} --arch ${arch} --level ${level}
                --compiler ${compiler} --linker ${linker} --readelf ${VMCLOCK_READELF}
                --root ${PROJECT_SOURCE_DIR} --amalgamation ${VMCLOCK_AMALGAMATION_DIR}
                --libfdt ${libfdt} --needs ${VMCLOCK_LIBFDT_NEEDS}
                --result ${results}/${cell}.txt)
        set_tests_properties(link.matrix.${cell} PROPERTIES TIMEOUT 120)
        if(level IN_LIST ARGN)
            set_tests_properties(link.matrix.${cell} PROPERTIES FIXTURES_SETUP link.matrix)
            list(APPEND cells ${cell})
        else()
            set_tests_properties(link.matrix.${cell} PROPERTIES LABELS long)
        endif()
    endforeach()
    set(cells ${cells} PARENT_SCOPE)
endfunction()

vmclock_link_cell(elf gcc x86_64 ${VMCLOCK_GCC} Os O0 O1 Og)
vmclock_link_cell(elf gcc i386 ${VMCLOCK_GCC} Os O2)
vmclock_link_cell(elf gcc aarch64 ${VMCLOCK_GCC_AARCH64} Os O2)
vmclock_link_cell(elf gcc armv7 ${VMCLOCK_GCC_ARMV7} Os O0)
vmclock_link_cell(elf gcc s390x ${VMCLOCK_GCC_S390X} O2)
vmclock_link_cell(elf clang x86_64 ${VMCLOCK_CLANG} Os O2)
vmclock_link_cell(elf clang i386 ${VMCLOCK_CLANG} Os)
vmclock_link_cell(elf clang aarch64 ${VMCLOCK_CLANG} Os O0)
vmclock_link_cell(elf clang armv7 ${VMCLOCK_CLANG} Os)
vmclock_link_cell(pe clang x86_64 ${VMCLOCK_CLANG} Os)
vmclock_link_cell(pe clang i386 ${VMCLOCK_CLANG} Os O2)
vmclock_link_cell(pe clang aarch64 ${VMCLOCK_CLANG} Os O0)

list(TRANSFORM cells PREPEND ${results}/ OUTPUT_VARIABLE files)
list(TRANSFORM files APPEND .txt)
add_test(NAME link.matrix COMMAND ${CMAKE_COMMAND} -E cat ${files})
set_tests_properties(link.matrix PROPERTIES FIXTURES_REQUIRED link.matrix)

# What the compiled snapshot loop does, in which order: see lock_order.py.
find_program(VMCLOCK_OBJDUMP NAMES objdump REQUIRED)
find_program(VMCLOCK_OBJDUMP_AARCH64 aarch64-linux-gnu-objdump)
find_program(VMCLOCK_OBJDUMP_ARMV7 arm-linux-gnueabihf-objdump)

function(vmclock_lock_order arch objdump compiler)
    add_test(NAME link.lock-order.${arch}
        COMMAND Python3::Interpreter -B ${CMAKE_CURRENT_SOURCE_DIR}/lock_order.py --arch ${arch}
            --objdump ${objdump} --root ${PROJECT_SOURCE_DIR} ${compiler} ${VMCLOCK_CLANG})
    set_tests_properties(link.lock-order.${arch} PROPERTIES TIMEOUT 120)
endfunction()

vmclock_lock_order(x86_64 ${VMCLOCK_OBJDUMP} ${VMCLOCK_GCC})
vmclock_lock_order(i386 ${VMCLOCK_OBJDUMP} ${VMCLOCK_GCC})
vmclock_lock_order(aarch64 ${VMCLOCK_OBJDUMP_AARCH64} ${VMCLOCK_GCC_AARCH64})
vmclock_lock_order(armv7 ${VMCLOCK_OBJDUMP_ARMV7} ${VMCLOCK_GCC_ARMV7})

# Long: at all levels, on other architectures, and what each feature takes.
set(amalgamation Python3::Interpreter -B ${CMAKE_CURRENT_SOURCE_DIR}/amalgamation.py
    --root ${PROJECT_SOURCE_DIR} --version ${PROJECT_VERSION}
    --amalgamation ${VMCLOCK_AMALGAMATION_DIR} --gcc ${VMCLOCK_GCC} --clang ${VMCLOCK_CLANG}
    --linker ${VMCLOCK_LD_LLD} --readelf ${VMCLOCK_READELF} --libfdt ${libfdt}
    --needs ${VMCLOCK_LIBFDT_NEEDS})
add_test(NAME link.amalgamation COMMAND ${amalgamation}
    -k same_bytes -k nothing_is_left_out -k says -k files -k parts -k test_each -k part_needs)
add_test(NAME link.amalgamation.long COMMAND ${amalgamation})
set_tests_properties(link.amalgamation.long PROPERTIES LABELS long)
