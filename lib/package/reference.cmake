# SPDX-License-Identifier: BSD-2-Clause
# cmake --build --target reference: the public headers as HTML, by Doxygen, in reference/html of the build
# folder. A warning is an error.
find_package(Doxygen QUIET)
if(DOXYGEN_FOUND)
    # To be done in the tree's root: Doxygen 1.9.4 takes a path that it finds in a variable apart at blanks.
    set(VMCLOCK_REFERENCE ${CMAKE_COMMAND} -E env
        VMCLOCK_VERSION=${PROJECT_VERSION}
        "VMCLOCK_FILTER=\"${Python3_EXECUTABLE}\" -B \"${CMAKE_CURRENT_LIST_DIR}/doxygen.py\""
        VMCLOCK_OUT=${PROJECT_BINARY_DIR}/reference
        ${DOXYGEN_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/Doxyfile)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/reference)
    add_custom_target(reference COMMAND ${VMCLOCK_REFERENCE} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
endif()
