# SPDX-License-Identifier: BSD-2-Clause
# What is installed beside the archives and their headers:
#   for CMake       find_package(vmclock): vmclock::vmclock, vmclock::drivers and, with libfdt's headers,
#                   vmclock::fdt; toolchain files for freestanding programs, and presets that name them
#   for pkg-config  vmclock, vmclock-drivers, vmclock-fdt
#   for people      README, CHANGELOG, LICENSE; the sources of tables that tell a guest of its page
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package ${CMAKE_CURRENT_LIST_DIR})
set(VMCLOCK_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/vmclock)

write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/vmclockVersions.cmake
    COMPATIBILITY SameMinorVersion)
configure_file(${package}/vmclockConfigVersion.cmake.in vmclockConfigVersion.cmake @ONLY)
install(FILES ${package}/machine.cmake ${CMAKE_CURRENT_BINARY_DIR}/vmclockVersions.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/vmclockConfigVersion.cmake DESTINATION ${VMCLOCK_CMAKE_DIR})
install(TARGETS vmclock vmclock_drivers EXPORT vmclock)
if(TARGET vmclock_fdt)
    install(TARGETS vmclock_fdt EXPORT vmclock)
endif()
install(EXPORT vmclock FILE vmclockConfig.cmake NAMESPACE vmclock:: DESTINATION ${VMCLOCK_CMAKE_DIR})
install(DIRECTORY lib/include/ drivers/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# From where a .pc file stands to the prefix: an install can be moved.
file(RELATIVE_PATH VMCLOCK_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
function(vmclock_pc name library requires what)
    set(VMCLOCK_PC_NAME ${name})
    set(VMCLOCK_PC_LIBRARY ${library})
    set(VMCLOCK_PC_REQUIRES ${requires})
    set(VMCLOCK_PC_WHAT ${what})
    configure_file(${package}/pc.in ${name}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
vmclock_pc(vmclock vmclock "" "Freestanding reader of the vmclock page")
vmclock_pc(vmclock-drivers vmclock_drivers vmclock "libvmclock: who finds the page, and other clocks")
if(TARGET vmclock_fdt)
    vmclock_pc(vmclock-fdt vmclock_fdt vmclock "libvmclock: finds the page in a device tree, on a libfdt of yours")
endif()

install(DIRECTORY ${package}/freestanding DESTINATION ${CMAKE_INSTALL_DATADIR}/vmclock)
install(FILES ${package}/presets.json DESTINATION ${CMAKE_INSTALL_DATADIR}/vmclock)
install(DIRECTORY boot/vm/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vmclock/tables
    FILES_MATCHING PATTERN "*.asl" PATTERN "*.dts" PATTERN "*.dtsi")
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
