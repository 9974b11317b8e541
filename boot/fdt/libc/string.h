/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string.h - as much of it as libfdt's reading parts need, for images without a libc.
 *
 * In libfdt_env.h libfdt asks for string.h, stdlib.h and limits.h. As the standard describes them; in
 * strings.c.
 */
#ifndef VMCLOCK_BOOT_FDT_STRING_H
#define VMCLOCK_BOOT_FDT_STRING_H

#include <stddef.h>

void *memchr(const void *bytes, int wanted, size_t length);
int memcmp(const void *left, const void *right, size_t length);
void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
size_t strlen(const char *string);
size_t strnlen(const char *string, size_t limit);
char *strrchr(const char *string, int wanted);

#endif
