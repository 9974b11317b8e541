/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dm.h - stands in for U-Boot's driver model, whose macros give the test a driver by its name.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_DM_H
#define VMCLOCK_TESTS_U_BOOT_DM_H

#include <stddef.h>
#include <string.h>

struct rtc_ops;

struct udevice {
    const char *name;
    void *plat;
};

struct driver {
    const char *name;
    int id;
    int (*bind)(struct udevice *dev);
    int (*probe)(struct udevice *dev);
    const struct rtc_ops *ops;
    size_t plat_auto;
};

struct driver_info {
    const char *name;
};

enum { UCLASS_RTC = 57 };

#define U_BOOT_DRIVER(name) \
    extern const struct driver driver_##name; \
    const struct driver driver_##name
#define U_BOOT_DRVINFO(name) \
    extern const struct driver_info info_##name; \
    const struct driver_info info_##name
#define DM_DRIVER_GET(name) (&driver_##name)

void *dev_get_plat(const struct udevice *dev);
int uclass_next_device_err(struct udevice **dev);
int uclass_get_device_by_driver(int id, const struct driver *driver, struct udevice **dev);

#endif
