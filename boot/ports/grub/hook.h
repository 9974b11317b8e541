/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.h - what GRUB's module datetime asks before the machine's own clock.
 */
#ifndef VMCLOCK_GRUB_HOOK_H
#define VMCLOCK_GRUB_HOOK_H

#include <grub/datetime.h>

/* Fills in *datetime and returns 1, or returns 0: the machine's clock serves. Null: nobody is asked. */
extern int (*grub_datetime_hook)(struct grub_datetime *datetime);

#endif
