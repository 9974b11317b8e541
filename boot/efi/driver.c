/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.c - vmclock-driver: tells the time to whatever the firmware starts next, by VMCLOCK_PROTOCOL,
 * and sets the firmware's clock where it is asked to.
 */
#include "boot/efi/driver.h"
#include "boot/efi/page.h"
#include "boot/efi/protocol.h"

static EFI_GUID protocol_guid = VMCLOCK_PROTOCOL_GUID;
static struct driver driver; /* the image's own, so nothing is left behind when it is unloaded */

static EFI_STATUS EFIAPI unload(EFI_HANDLE image)
{
    return driver.system->BootServices->UninstallProtocolInterface(image, &protocol_guid,
                                                                   &driver.protocol);
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/*
 * What is not EFI_SUCCESS makes the firmware unload the image again. Boot managers print such a status and
 * some wait for seconds, but for EFI_ABORTED; so a machine without a page is no error, and the protocol
 * is there to say so.
 */
EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    EFI_GUID loaded_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
    void *loaded, *other;
    EFI_STATUS status = protocol_find(system, image, &loaded_guid, &loaded);

    if (EFI_ERROR(status))
        return status;
    if (!EFI_ERROR(protocol_find(system, NULL, &protocol_guid, &other)))
        return EFI_ABORTED; /* it is loaded already */
    driver.system = system;
    driver.error = page_open(system, &driver.region, &driver.found, &driver.clk);
    interface_init(&driver);
    status = system->BootServices->InstallProtocolInterface(&image, &protocol_guid,
                                                            EFI_NATIVE_INTERFACE, &driver.protocol);
    if (EFI_ERROR(status))
        return status;
    ((EFI_LOADED_IMAGE *)loaded)->Unload = unload;
    setting_make(&driver, loaded);
    return EFI_SUCCESS;
}
