# SPDX-License-Identifier: BSD-2-Clause
# EFI programs: PE/COFF by clang and lld-link for any architecture, with gnu-efi's headers.
# CMake has one C compiler a project, and ours makes ELF: so these are custom commands.
find_program(VMCLOCK_CLANG
    NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 REQUIRED
    DOC "clang for EFI programs")
find_program(VMCLOCK_LLD_LINK
    NAMES lld-link lld-link-19 lld-link-18 lld-link-17 lld-link-16 lld-link-15 lld-link-14 REQUIRED
    DOC "LLVM's PE/COFF linker for EFI programs")
find_path(VMCLOCK_EFI_INCLUDE efi.h PATH_SUFFIXES efi REQUIRED DOC "gnu-efi's headers")

include(${PROJECT_SOURCE_DIR}/boot/fdt/libfdt.cmake)

set(VMCLOCK_EFI_FLAGS_x64 --target=x86_64-unknown-windows -mno-red-zone)
set(VMCLOCK_EFI_FLAGS_ia32 --target=i686-unknown-windows)
set(VMCLOCK_EFI_FLAGS_aa64 --target=aarch64-unknown-windows)
# No table of exception handlers: the linker asks each object for its own, and firmware looks at none.
set(VMCLOCK_EFI_LINK_ia32 /safeseh:no)

# Optimised as a whole by the linker, which makes it a tenth smaller: clang and lld of one version.
set(VMCLOCK_EFI_FLAGS -std=c11 -Oz -flto -ffreestanding -fshort-wchar -fno-stack-protector
    -mgeneral-regs-only -ffunction-sections -fdata-sections ${VMCLOCK_WARNINGS}
    -isystem${VMCLOCK_EFI_INCLUDE})
set(VMCLOCK_EFI_SOURCES ${VMCLOCK_CORE_SOURCES} ${VMCLOCK_DRIVERS_SOURCES})
if(LIBFDT_SOURCES)
    list(APPEND VMCLOCK_EFI_SOURCES ${VMCLOCK_FDT_SOURCES} ${LIBFDT_SOURCES} ${LIBFDT_LIBC_SOURCES})
    list(APPEND VMCLOCK_EFI_FLAGS -DVMCLOCK_CHECK_FDT -isystem${LIBFDT_SYSTEM_INCLUDES}
        -isystem${LIBFDT_LIBC_INCLUDES})
else()
    message(WARNING "EFI applications will not look into device trees: see boot/setup/libfdt-source")
endif()
foreach(directory ${VMCLOCK_CORE_INCLUDES} ${VMCLOCK_CORE_PRIVATE_INCLUDES}
        ${VMCLOCK_DRIVERS_INCLUDES} ${VMCLOCK_REPORT_INCLUDES} ${CMAKE_CURRENT_LIST_DIR}/headers)
    list(APPEND VMCLOCK_EFI_FLAGS -I${directory})
endforeach()
list(REMOVE_DUPLICATES VMCLOCK_EFI_FLAGS)

# The objects of SOURCES for ARCH, in the folder FOLDER of the current binary directory; their list goes into
# the variable RESULT.
function(vmclock_efi_objects RESULT FOLDER ARCH)
    set(objects)
    foreach(source ${ARGN})
        cmake_path(ABSOLUTE_PATH source NORMALIZE)
        file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${source})
        string(REPLACE "/" "_" name ${name})
        set(object ${CMAKE_CURRENT_BINARY_DIR}/${FOLDER}/${name}.obj)
        add_custom_command(OUTPUT ${object}
            COMMAND ${VMCLOCK_CLANG} ${VMCLOCK_EFI_FLAGS_${ARCH}} ${VMCLOCK_EFI_FLAGS}
                -MD -MF ${object}.d -c ${source} -o ${object}
            DEPENDS ${source}
            DEPFILE ${object}.d
            COMMENT "Building ${FOLDER}/${name}"
            VERBATIM)
        list(APPEND objects ${object})
    endforeach()
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${FOLDER})
    set(${RESULT} ${objects} PARENT_SCOPE)
endfunction()

# What all programs of an architecture link of: SHARED sources, the library's own, and libfdt where it is
# at hand. ARCH: as in EFI file names; here x64, ia32 or aa64. Once a directory.
function(vmclock_add_efi_library ARCH)
    vmclock_efi_objects(objects ${ARCH}.dir ${ARCH} ${ARGN} ${VMCLOCK_EFI_SOURCES})
    add_custom_target(vmclock-efi-${ARCH} DEPENDS ${objects})
    set_target_properties(vmclock-efi-${ARCH} PROPERTIES VMCLOCK_OBJECTS "${objects}")
endfunction()

# Constants lie in the section of the code, which saves the rounding up of one section, and of the header: up to 1 KiB.
#
# NAME-ARCH.efi in the current binary directory from SOURCES and vmclock-efi-ARCH. KIND: application, or
# boot_service_driver. The target is NAME-ARCH.
function(vmclock_add_efi_program NAME ARCH KIND)
    set(program ${NAME}-${ARCH}.efi)
    vmclock_efi_objects(objects ${NAME}-${ARCH}.dir ${ARCH} ${ARGN})
    get_target_property(shared vmclock-efi-${ARCH} VMCLOCK_OBJECTS)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${program})
    add_custom_command(OUTPUT ${file}
        COMMAND ${VMCLOCK_LLD_LINK} /nologo /subsystem:efi_${KIND} /entry:efi_main /nodefaultlib
            /opt:ref /opt:icf /merge:.rdata=.text /brepro ${VMCLOCK_EFI_LINK_${ARCH}} /out:${file} ${objects} ${shared}
        DEPENDS ${objects} ${shared} vmclock-efi-${ARCH}
        COMMENT "Linking ${program}"
        VERBATIM)
    add_custom_target(${NAME}-${ARCH} ALL DEPENDS ${file})
endfunction()
