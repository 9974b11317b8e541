/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libfdt as images have it: what reads a tree, as one source. From a system folder of the search path,
 * since its warnings are not ours.
 */
#include <fdt.c>
#include <fdt_ro.c>
