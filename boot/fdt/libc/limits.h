/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.h - as much of it as libfdt needs; some compilers' own one looks for a libc's. */
#ifndef INT_MAX
#define INT_MAX __INT_MAX__
#endif
