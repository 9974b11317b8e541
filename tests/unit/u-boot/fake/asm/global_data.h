/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * global_data.h - stands in for U-Boot's.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_GLOBAL_DATA_H
#define VMCLOCK_TESTS_U_BOOT_GLOBAL_DATA_H

#include <stdint.h>

typedef uint64_t u64;

#define CONFIG_NR_DRAM_BANKS 2

struct bd_info {
    struct {
        u64 start, size;
    } bi_dram[CONFIG_NR_DRAM_BANKS];
};

struct global_data {
    const void *fdt_blob;
    struct bd_info *bd;
};

#define DECLARE_GLOBAL_DATA_PTR extern struct global_data *gd

#endif
