/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook.c - grub_get_datetime, in GRUB's module datetime: by the hook, else by the machine's clock.
 *
 * In that module GRUB's own grub_get_datetime is called grub_machine_get_datetime: see
 * Makefile.core.common.
 */
#include "hook.h"

#undef grub_get_datetime
grub_err_t grub_get_datetime(struct grub_datetime *datetime);

int (*grub_datetime_hook)(struct grub_datetime *datetime) = 0;

grub_err_t grub_get_datetime(struct grub_datetime *datetime)
{
    if (grub_datetime_hook && grub_datetime_hook(datetime))
        return GRUB_ERR_NONE;
    return grub_machine_get_datetime(datetime);
}
