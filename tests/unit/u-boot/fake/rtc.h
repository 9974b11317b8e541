/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.h - stands in for U-Boot's, as far as boot/ports/u-boot needs it.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_RTC_H
#define VMCLOCK_TESTS_U_BOOT_RTC_H

#include <stdint.h>

struct udevice;

struct rtc_time {
    int tm_sec, tm_min, tm_hour, tm_mday;
    int tm_mon;  /* 1 to 12 */
    int tm_year; /* all of it */
    int tm_wday, tm_yday, tm_isdst;
};

struct rtc_ops {
    int (*get)(struct udevice *dev, struct rtc_time *time);
    int (*set)(struct udevice *dev, const struct rtc_time *time);
};

int dm_rtc_get(struct udevice *dev, struct rtc_time *time);
void rtc_to_tm(uint64_t posix_sec, struct rtc_time *time);

#endif
