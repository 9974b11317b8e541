/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stdio.h - stands in for U-Boot's, whose console is the test's.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_STDIO_H
#define VMCLOCK_TESTS_U_BOOT_STDIO_H

#define putc console_put
#define getchar console_get

void console_put(char letter);
int console_get(void);

#endif
