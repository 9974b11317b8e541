/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - stands in for U-Boot's: what is logged is the test's.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_LOG_H
#define VMCLOCK_TESTS_U_BOOT_LOG_H

void log_err(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
