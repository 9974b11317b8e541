# SPDX-License-Identifier: BSD-2-Clause
# What is built for bare metal:
#   vmclock::bare     the machine: entry, memory, console, exit code; platform.h for what rests on it
#   vmclock::newlib   newlib's clocks and system calls on top of that
#   *.elf             images made of these
enable_language(ASM)
include(${PROJECT_SOURCE_DIR}/boot/report/report.cmake)
include(GNUInstallDirs)

# A machine's room sets VMCLOCK_BARE_SOURCES, VMCLOCK_BARE_SCRIPT (of the linker) and perhaps
# VMCLOCK_BARE_SYSTEM_INCLUDES.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    include(x86/room.cmake)
else()
    include(arm/room.cmake)
endif()

add_library(vmclock_bare STATIC ${VMCLOCK_BARE_SOURCES})
target_include_directories(vmclock_bare
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/vmclock/bare>
    PRIVATE ${PROJECT_SOURCE_DIR})
target_include_directories(vmclock_bare SYSTEM PRIVATE ${VMCLOCK_BARE_SYSTEM_INCLUDES})
target_compile_options(vmclock_bare PRIVATE
    ${VMCLOCK_WARNINGS} $<$<COMPILE_LANGUAGE:C>:${VMCLOCK_FREESTANDING}>)
cmake_path(GET VMCLOCK_BARE_SCRIPT FILENAME script)
target_link_options(vmclock_bare INTERFACE
    -Wl,--undefined=_start
    $<BUILD_INTERFACE:-T${VMCLOCK_BARE_SCRIPT}>
    $<INSTALL_INTERFACE:-T$<INSTALL_PREFIX>/${CMAKE_INSTALL_DATADIR}/vmclock/${script}>)
target_link_libraries(vmclock_bare PUBLIC vmclock_drivers vmclock)
set_target_properties(vmclock_bare PROPERTIES
    EXPORT_NAME bare INTERFACE_LINK_DEPENDS "$<BUILD_INTERFACE:${VMCLOCK_BARE_SCRIPT}>")

add_library(vmclock_newlib STATIC
    newlib/clocks.c newlib/errors.c newlib/find.c newlib/page.c newlib/readings.c newlib/since.c
    newlib/sleep.c newlib/steered.c newlib/syscalls.c)
target_include_directories(vmclock_newlib
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/newlib/include> $<INSTALL_INTERFACE:include>
    PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_options(vmclock_newlib PRIVATE ${VMCLOCK_WARNINGS})
target_link_libraries(vmclock_newlib PUBLIC vmclock_bare vmclock)
set_target_properties(vmclock_newlib PROPERTIES EXPORT_NAME newlib)

install(TARGETS vmclock_bare vmclock_newlib EXPORT vmclock)
install(DIRECTORY newlib/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES platform.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vmclock/bare)
install(FILES ${VMCLOCK_BARE_SCRIPT} DESTINATION ${CMAKE_INSTALL_DATADIR}/vmclock)
install(DIRECTORY toolchain DESTINATION ${CMAKE_INSTALL_DATADIR}/vmclock)

# vmclock_add_image(NAME SOURCE...): NAME.elf, with the report; on Arm also NAME.img.
function(vmclock_add_image name)
    add_executable(${name} ${ARGN} ${VMCLOCK_REPORT_SOURCES})
    target_include_directories(${name} PRIVATE ${VMCLOCK_REPORT_INCLUDES} ${PROJECT_SOURCE_DIR})
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:C>:${VMCLOCK_WARNINGS}>)
    target_link_libraries(${name} PRIVATE vmclock_newlib vmclock_bare)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64") # the same as a Linux Image
        add_custom_command(TARGET ${name} POST_BUILD VERBATIM
            COMMAND ${CMAKE_OBJCOPY} -O binary $<TARGET_FILE:${name}> ${PROJECT_BINARY_DIR}/${name}.img)
    endif()
endfunction()

set(image image.c words.c)
vmclock_add_image(date date.c byrtc.c ${image})
vmclock_add_image(set set.c ${image})
vmclock_add_image(watch watch.c ${image})
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    vmclock_add_image(date-multiboot date.c byrtc.c ${image} x86/multiboot.S)
endif()
