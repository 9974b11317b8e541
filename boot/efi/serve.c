/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.c - readings on request over COM2.
 */
#include "serve.h"
#include "uart.h"

#define COM2_UID 1u /* of the PNP0501 devices in firmware made from EDK II, COM1's is 0 */

static int names_com2(const EFI_DEVICE_PATH *path)
{
    for (; !IsDevicePathEnd(path); path = NextDevicePathNode(path)) {
        const ACPI_HID_DEVICE_PATH *acpi = (const ACPI_HID_DEVICE_PATH *)path;

        if (DevicePathType(path) == ACPI_DEVICE_PATH && path->SubType == ACPI_DP &&
            acpi->HID == EISA_PNP_ID(0x501) && acpi->UID == COM2_UID)
            return 1;
        if ((size_t)DevicePathNodeLength(path) < sizeof(*path))
            return 0;
    }
    return 0;
}

/* Firmware may use COM2 as one more console: it would print on it, and its timer would eat what is
 * sent to us. */
static void disconnect_com2(EFI_BOOT_SERVICES *services)
{
    EFI_GUID serial_guid = EFI_SERIAL_IO_PROTOCOL_GUID;
    EFI_GUID path_guid = EFI_DEVICE_PATH_PROTOCOL_GUID;
    EFI_HANDLE *handles;
    UINTN count;
    void *path;

    if (EFI_ERROR(services->LocateHandleBuffer(ByProtocol, &serial_guid, NULL, &count, &handles)))
        return;
    for (UINTN i = 0; i < count; i++)
        if (!EFI_ERROR(services->HandleProtocol(handles[i], &path_guid, &path)) && names_com2(path))
            services->DisconnectController(handles[i], NULL, NULL);
    services->FreePool(handles);
}

EFI_STATUS serve_prepare(EFI_SYSTEM_TABLE *system)
{
    disconnect_com2(system->BootServices);
    return uart_open() ? EFI_SUCCESS : EFI_UNSUPPORTED;
}

static void answer(struct check *check)
{
    const struct report_sink sink = {uart_write, NULL};

    check_again(check);
    uart_write(NULL, "=", 1);
    report_print_answer(&check->report, &sink);
}

void serve(EFI_SYSTEM_TABLE *system, struct check *check)
{
    EFI_BOOT_SERVICES *services = system->BootServices;
    EFI_TPL previous;
    char request;

    services->SetWatchdogTimer(0, 0, 0, NULL); /* else the firmware resets after five minutes */
    previous = services->RaiseTPL(TPL_HIGH_LEVEL);
    while ((request = uart_read()) != 'q')
        if (request == 'r')
            answer(check);
    services->RestoreTPL(previous);
}
