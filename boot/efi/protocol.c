/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protocol.c - the firmware's protocols.
 */
#include "boot/efi/protocol.h"

EFI_STATUS protocol_find(EFI_SYSTEM_TABLE *system, EFI_HANDLE handle, EFI_GUID *guid,
                         void **protocol)
{
    EFI_BOOT_SERVICES *services = system->BootServices;
    void *found = NULL;
    EFI_STATUS status = handle ? services->HandleProtocol(handle, guid, &found)
                               : services->LocateProtocol(guid, NULL, &found);

    if (!EFI_ERROR(status) && !found)
        status = EFI_DEVICE_ERROR;
    *protocol = EFI_ERROR(status) ? NULL : found;
    return status;
}
