# SPDX-License-Identifier: BSD-2-Clause
# cmake --build --target dist: the release, dist/libvmclock-VERSION.tar.gz in the build folder. Beside the
# sources it has what takes tools that its user need not have: see dist.py.
set(built)
foreach(file IN LISTS VMCLOCK_AMALGAMATION)
    cmake_path(GET file FILENAME name)
    list(APPEND built amalgamation/${name}=${file})
endforeach()
foreach(arch x64 ia32 aa64)
    foreach(program vmclock-check vmclock-driver)
        list(APPEND built efi/${program}-${arch}.efi=${PROJECT_BINARY_DIR}/boot/efi/${program}-${arch}.efi)
    endforeach()
endforeach()
foreach(file vmclock-check.man vmclock-check.img)
    list(APPEND built efi/${file}=${PROJECT_BINARY_DIR}/boot/efi/${file})
endforeach()
foreach(image date set watch)
    list(APPEND built images/x86_64/${image}.elf=${PROJECT_BINARY_DIR}/boot/bare/x86_64/${image}.elf)
    list(APPEND built images/aarch64/${image}.img=${PROJECT_BINARY_DIR}/boot/bare/aarch64/${image}.img)
endforeach()
list(APPEND built
    images/x86_64/date-multiboot.elf=${PROJECT_BINARY_DIR}/boot/bare/x86_64/date-multiboot.elf)
foreach(program dump find publish)
    list(APPEND built man/man1/vmclock-${program}.1=${PROJECT_SOURCE_DIR}/boot/linux/${program}/vmclock-${program}.1)
endforeach()

# What made these: by the same of these tools they are the same bytes.
set(tools)
foreach(tool ${VMCLOCK_CLANG} ${VMCLOCK_LLD_LINK} x86_64-linux-gnu-gcc x86_64-linux-gnu-ld
        aarch64-linux-gnu-gcc aarch64-linux-gnu-ld)
    execute_process(COMMAND ${tool} --version OUTPUT_VARIABLE said ERROR_QUIET)
    string(REGEX MATCH "^[^\n]+\n" line "${said}")
    string(APPEND tools "${line}")
endforeach()
foreach(arch x86_64 aarch64)
    if(TARGET bare-${arch})
        get_target_property(newlib bare-${arch} VMCLOCK_NEWLIB)
        cmake_path(GET newlib FILENAME name)
        string(APPEND tools "${name}\n")
        list(APPEND built licenses/newlib.txt=${newlib}/COPYING.NEWLIB) # of one source, and so twice the same
    endif()
endforeach()
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/boot/setup/libfdt-source --check
    OUTPUT_VARIABLE libfdt OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
cmake_path(GET libfdt PARENT_PATH libfdt)
cmake_path(GET libfdt FILENAME name)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/dist-tools.txt CONTENT "${tools}${name}\n" @ONLY)
list(APPEND built TOOLS=${PROJECT_BINARY_DIR}/dist-tools.txt)
set(VMCLOCK_DIST ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/dist.py --root ${PROJECT_SOURCE_DIR}
    --version ${PROJECT_VERSION} ${built})
add_custom_target(dist COMMAND ${VMCLOCK_DIST} --out ${PROJECT_BINARY_DIR}/dist USES_TERMINAL VERBATIM)
foreach(target vmclock_amalgamation vmclock-check-man vmclock-check-disk
        vmclock-driver-x64 vmclock-driver-ia32 vmclock-driver-aa64 bare-x86_64 bare-aarch64)
    if(TARGET ${target}) # without newlib there are no images: then dist.py says which
        add_dependencies(dist ${target})
    endif()
endforeach()
