/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * made_up.h - an U-Boot that is made up: its driver model, memory map, console and other clock, and a page.
 */
#ifndef U_BOOT_MADE_UP_H
#define U_BOOT_MADE_UP_H

#include <asm/armv8/mmu.h>
#include <command.h>
#include <dm.h>
#include <errno.h>
#include <rtc.h>
#include "boot/ports/u-boot/plat.h"
#include "tests/unit/core/fixture.h"
#include "tests/unit/fdt/tree.h"

#define REGION 0x1000u
#define NOON INT64_C(1467374400) /* 2016-07-01 12:00:00 UTC, before a leap second of TAI 36 to 37 */

extern const struct driver driver_vmclock_rtc;
extern int (*const command_vmclock)(struct cmd_tbl *, int, int, char *const[]);

/* The one U-Boot that there is. */
struct made_up {
    struct global_data data;
    struct bd_info board;
    struct mm_region mapped[3];
    struct vmclock_plat plat;
    struct udevice device, next;
    int no_device, next_error, rtc_error;
    struct rtc_time rtc;
    unsigned asked; /* of the next clock, and when: 0, or reads of the page by then plus 1 */
    struct test_counter counter;
    const char *typed;
    char said[8000];
};

extern struct made_up boot;
extern uint8_t *const page;
extern struct tree tree;

/* The page's place in the device tree; 0: there is none. */
void describe(uintptr_t at);

/* A page of UTC noon, good to 1 us, in memory that is there and mapped. */
int start(void **state);

/* Fails unless the text was printed. */
void said(const char *text);

#endif
