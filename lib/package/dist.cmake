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
if(TARGET bare-x86_64) # whose images have it in them
    get_target_property(newlib bare-x86_64 VMCLOCK_NEWLIB)
    list(APPEND built licenses/newlib.txt=${newlib}/COPYING.NEWLIB)
endif()
set(VMCLOCK_DIST ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/dist.py --root ${PROJECT_SOURCE_DIR}
    --version ${PROJECT_VERSION} ${built})
add_custom_target(dist COMMAND ${VMCLOCK_DIST} --out ${PROJECT_BINARY_DIR}/dist USES_TERMINAL VERBATIM)
foreach(target vmclock_amalgamation vmclock-check-man vmclock-check-disk
        vmclock-driver-x64 vmclock-driver-ia32 vmclock-driver-aa64 bare-x86_64 bare-aarch64)
    if(TARGET ${target}) # without newlib there are no images: then dist.py says which
        add_dependencies(dist ${target})
    endif()
endforeach()
