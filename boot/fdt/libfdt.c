/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libfdt as images have it: what reads a tree, as one source. From a system folder of the search path,
 * since its warnings are not ours.
 */
#define _POSIX_C_SOURCE 200809L /* strnlen, where the headers are a whole libc's */
#include <fdt.c>
#include <fdt_ro.c>
