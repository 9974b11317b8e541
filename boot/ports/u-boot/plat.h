/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plat.h - U-Boot's vmclock page: where its device tree says that it is, and what is read from it.
 */
#ifndef VMCLOCK_U_BOOT_PLAT_H
#define VMCLOCK_U_BOOT_PLAT_H

#include "boot/report/report.h"

struct udevice;
struct rtc_time;

struct vmclock_plat {
	struct vmclock_region region;
	struct vmclock clk; /* if error is 0 */
	int error;          /* of finding, mapping or opening the page: VMCLOCK_ERR_* */
};

/* Looks for the device in U-Boot's control tree; fills in region or error. */
void vmclock_plat_find(struct vmclock_plat *plat);

/* Opens what was found; fills in clk or error. */
void vmclock_plat_open(struct vmclock_plat *plat);

/* A report of the page as it is now, without a real-time clock. */
void vmclock_plat_read(const struct vmclock_plat *plat, struct report *report);

/* The page of the vmclock device, and its real-time clock; null: this machine has none. */
struct vmclock_plat *vmclock_plat_get(struct udevice **dev);

/* The real-time clock that U-Boot would use if there were no vmclock. Returns 0 or a -errno. */
int vmclock_next_rtc(struct udevice *dev, struct udevice **next);

/* What that clock says, both ways. Returns 0 or a -errno: -EINVAL if it is no time. */
int vmclock_ask_rtc(struct udevice *dev, struct rtc_time *time, struct vmclock_utc *utc);

/* The errno of a state that is not ok. */
int vmclock_errno(enum report_state state);

#endif
