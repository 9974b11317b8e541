# SPDX-License-Identifier: BSD-2-Clause
# The report for whoever prints it: freestanding sources that each environment compiles for its
# target.
set(VMCLOCK_REPORT_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/derive.c
    ${CMAKE_CURRENT_LIST_DIR}/number.c
    ${CMAKE_CURRENT_LIST_DIR}/report.c
    ${CMAKE_CURRENT_LIST_DIR}/questions.c
    ${CMAKE_CURRENT_LIST_DIR}/state.c
    ${CMAKE_CURRENT_LIST_DIR}/text.c
    ${CMAKE_CURRENT_LIST_DIR}/values.c)
set(VMCLOCK_REPORT_INCLUDES ${CMAKE_CURRENT_LIST_DIR} ${PROJECT_SOURCE_DIR})
