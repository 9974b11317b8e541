/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.h - vmclock-driver: what it knows from its load to its unload.
 */
#ifndef VMCLOCK_BOOT_EFI_DRIVER_H
#define VMCLOCK_BOOT_EFI_DRIVER_H

#include <vmclock/page.h>
#include <vmclock/protocol.h>
#include <vmclock/region.h>
#include "boot/efi/firmware.h"

struct driver {
    struct vmclock_protocol protocol; /* first: the functions are told no more than this */
    EFI_SYSTEM_TABLE *system;
    struct vmclock_region region; /* if found */
    struct vmclock clk;           /* unless error */
    int error;                    /* of finding and opening the page */
    int clock_error;              /* of setting the firmware's clock */
    unsigned clock;               /* VMCLOCK_PROTOCOL_CLOCK_* */
    uint8_t found;
};

/* The protocol's functions, for a driver whose other members are set. interface.c */
void interface_init(struct driver *driver);

/*
 * Sets the firmware's clock if the load options of the image say so, or else the variable, and says on
 * the console what is wrong, if anything is. setting.c
 */
void setting_make(struct driver *driver, const EFI_LOADED_IMAGE *loaded);

#endif
