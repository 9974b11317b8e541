/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmocka as one source, for tests that are compiled in another way than Debian's cmocka was. Its sources
 * are those of boot/setup/cmocka-source, from a system folder of the search path.
 */
#define _GNU_SOURCE
#define HAVE_CLOCK_REALTIME 1
#define HAVE_GCC_THREAD_LOCAL_STORAGE 1
#define HAVE_INTTYPES_H 1
#define HAVE_MALLOC_H 1
#define HAVE_SIGNAL_H 1
#define HAVE_STRINGS_H 1
#define HAVE_STRSIGNAL 1
#define HAVE_STRUCT_TIMESPEC 1
#include <cmocka.c>
