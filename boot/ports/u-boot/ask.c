/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What another real-time clock's driver says.
 */
#include <dm.h>
#include <errno.h>
#include <rtc.h>

#include "plat.h"

static int is_within(int value, int least, int most)
{
	return value >= least && value <= most;
}

/* An RTC knows no leap second. The fields are ints, narrower once they are known to fit. */
static int to_utc(const struct rtc_time *time, struct vmclock_utc *utc)
{
	struct vmclock_civil civil = {0};

	if (!is_within(time->tm_year, 1, 9999) || !is_within(time->tm_mon, 1, 12) ||
	    !is_within(time->tm_mday, 1, 31) || !is_within(time->tm_hour, 0, 23) ||
	    !is_within(time->tm_min, 0, 59) || !is_within(time->tm_sec, 0, 59))
		return -EINVAL;
	civil.year = time->tm_year;
	civil.month = (uint8_t)time->tm_mon;
	civil.day = (uint8_t)time->tm_mday;
	civil.hour = (uint8_t)time->tm_hour;
	civil.minute = (uint8_t)time->tm_min;
	civil.second = (uint8_t)time->tm_sec;
	return vmclock_civil_to_utc(&civil, utc) ? -EINVAL : 0;
}

int vmclock_ask_rtc(struct udevice *dev, struct rtc_time *time, struct vmclock_utc *utc)
{
	/* What is not written is no time. */
	struct rtc_time shown = {.tm_sec = -1, .tm_min = -1, .tm_hour = -1};
	int error = dm_rtc_get(dev, &shown);

	if (!error)
		error = to_utc(&shown, utc);
	if (!error)
		*time = shown;
	return error;
}
