/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runtime.h - the page while a system runs, which calls the firmware at addresses of its own.
 */
#ifndef VMCLOCK_EDK2_RUNTIME_H
#define VMCLOCK_EDK2_RUNTIME_H

#include <vmclock/region.h>
#include "boot/efi/firmware.h"

/*
 * Has the page mapped for runtime services: as one page of memory that the system leaves alone. Not where it is
 * memory that the firmware gives out: only whole types of that are mapped.
 *
 * Returns EFI_SUCCESS, EFI_UNSUPPORTED, or an error of the global coherency domain's. Not after ExitBootServices.
 */
EFI_STATUS vmclock_edk2_keep(const struct vmclock_region *region);

#endif
