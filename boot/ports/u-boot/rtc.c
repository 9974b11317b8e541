/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real-time clock that the page is for U-Boot.
 *
 * It is bound before the device tree's own (U_BOOT_DRVINFO), which makes it the first: "date" asks
 * RTC 0, EFI's GetTime the first one. U-Boot does without an RTC that is missing by taking the next;
 * so does this one while its page gives no time, which can change.
 */
#include <dm.h>
#include <errno.h>
#include <log.h>
#include <rtc.h>

#include "plat.h"

#define YEAR_10000_SEC 253402300800 /* beyond what EFI's GetTime can say */

/* In a leap second, for which RTCs have no label, it is :59 for another second. */
static int set_fields(const struct vmclock_label *utc, struct rtc_time *time)
{
	if (utc->posix_sec < 0 || utc->posix_sec >= YEAR_10000_SEC)
		return -ERANGE;
	rtc_to_tm(utc->posix_sec, time);
	return 0;
}

static int vmclock_rtc_get(struct udevice *dev, struct rtc_time *time)
{
	const struct vmclock_plat *plat = dev_get_plat(dev);
	struct report report;
	struct vmclock_utc utc;
	struct udevice *next;
	enum report_state state;

	vmclock_plat_read(plat, &report);
	if (!report.error)
		report.error = report.utc.utc.error; /* a page may give TAI only */
	if (!report.error)
		return set_fields(&report.utc.utc, time);
	state = report_state(&report);
	if (vmclock_next_rtc(dev, &next)) {
		log_err("vmclock: %s: %s\n", report_state_name(state),
			vmclock_error_text(report.error));
		return vmclock_errno(state);
	}
	log_warning("vmclock: %s: %s The time is that of %s.\n", report_state_name(state),
		    vmclock_error_text(report.error), next->name);
	return vmclock_ask_rtc(next, time, &utc);
}

static int vmclock_rtc_set(struct udevice *dev, const struct rtc_time *time)
{
	log_err("vmclock: the hypervisor's time cannot be set from here\n");
	return -EPERM;
}

/* A machine without a vmclock has no such RTC: -EPERM leaves a device out without a word. */
static int vmclock_rtc_bind(struct udevice *dev)
{
	struct vmclock_plat *plat = dev_get_plat(dev);

	vmclock_plat_find(plat);
	return plat->error == VMCLOCK_ERR_NO_DEVICE ? -EPERM : 0;
}

static int vmclock_rtc_probe(struct udevice *dev)
{
	vmclock_plat_open(dev_get_plat(dev));
	return 0;
}

static const struct rtc_ops vmclock_rtc_ops = {
	.get = vmclock_rtc_get,
	.set = vmclock_rtc_set,
};

U_BOOT_DRIVER(vmclock_rtc) = {
	.name = "vmclock",
	.id = UCLASS_RTC,
	.bind = vmclock_rtc_bind,
	.probe = vmclock_rtc_probe,
	.ops = &vmclock_rtc_ops,
	.plat_auto = sizeof(struct vmclock_plat),
};

U_BOOT_DRVINFO(vmclock_rtc) = {
	.name = "vmclock",
};

struct vmclock_plat *vmclock_plat_get(struct udevice **dev)
{
	if (uclass_get_device_by_driver(UCLASS_RTC, DM_DRIVER_GET(vmclock_rtc), dev) ||
	    !*dev)
		return NULL;
	return dev_get_plat(*dev);
}
