/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.c - asking the console's keyboard, by turns with waiting: no events, so nothing to take back.
 */
#include "boot/efi/keys.h"

#define STEP_US 50000u
#define US_PER_SEC 1000000u
#define FORGET_MAX 64u /* keys; whoever leans on the keyboard is not waited for */

static EFI_STATUS read_key(EFI_SYSTEM_TABLE *system)
{
    EFI_INPUT_KEY key;

    return system->ConIn ? system->ConIn->ReadKeyStroke(system->ConIn, &key) : EFI_UNSUPPORTED;
}

int keys_forget(EFI_SYSTEM_TABLE *system)
{
    EFI_STATUS status = EFI_SUCCESS;

    for (unsigned i = 0; i < FORGET_MAX && !EFI_ERROR(status); i++)
        status = read_key(system);
    return !EFI_ERROR(status) || status == EFI_NOT_READY;
}

int keys_wait(EFI_SYSTEM_TABLE *system, unsigned seconds)
{
    for (unsigned step = 0; step < seconds * (US_PER_SEC / STEP_US); step++) {
        if (!EFI_ERROR(read_key(system)))
            return 1;
        system->BootServices->Stall(STEP_US);
    }
    return 0;
}
