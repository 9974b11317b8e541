/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - x86: readings over COM2, QEMU's isa-debug-exit.
 */
#include "arch/x86/port.h"
#include "boot/efi/machine.h"
#include "boot/efi/protocol.h"
#include "boot/efi/x86/uart.h"

#define QEMU_EXIT_PORT 0xf4u
#define COM2_UID 1u /* of the PNP0501 devices in firmware made from EDK II, COM1's is 0 */

static int names_com2(const EFI_DEVICE_PATH *path)
{
    for (; !IsDevicePathEnd(path); path = NextDevicePathNode(path)) {
        const ACPI_HID_DEVICE_PATH *acpi = (const ACPI_HID_DEVICE_PATH *)path;
        const size_t length = (size_t)DevicePathNodeLength(path);

        if (length < sizeof(*path))
            return 0;
        if (DevicePathType(path) == ACPI_DEVICE_PATH && path->SubType == ACPI_DP &&
            length >= sizeof(*acpi) && acpi->HID == EISA_PNP_ID(0x501) && acpi->UID == COM2_UID)
            return 1;
    }
    return 0;
}

/* Firmware may use COM2 as one more console: it would print on it, and its timer would eat what is
 * sent to us. */
static void disconnect_com2(EFI_SYSTEM_TABLE *system)
{
    EFI_BOOT_SERVICES *services = system->BootServices;
    EFI_GUID serial_guid = EFI_SERIAL_IO_PROTOCOL_GUID;
    EFI_GUID path_guid = EFI_DEVICE_PATH_PROTOCOL_GUID;
    EFI_HANDLE *handles = NULL;
    UINTN count = 0;
    void *path;

    if (EFI_ERROR(services->LocateHandleBuffer(ByProtocol, &serial_guid, NULL, &count, &handles)) ||
        !handles)
        return;
    for (UINTN i = 0; i < count; i++)
        if (handles[i] && !EFI_ERROR(protocol_find(system, handles[i], &path_guid, &path)) &&
            names_com2(path))
            services->DisconnectController(handles[i], NULL, NULL);
    services->FreePool(handles);
}

EFI_STATUS line_open(EFI_SYSTEM_TABLE *system, struct line *line)
{
    disconnect_com2(system);
    if (!uart_open())
        return EFI_UNSUPPORTED;
    line->system = system;
    line->port = NULL;
    line->previous = system->BootServices->RaiseTPL(TPL_NOTIFY);
    return EFI_SUCCESS;
}

int line_read(void *context)
{
    (void)context;
    return uart_read();
}

void line_write(void *context, const char *text, size_t length)
{
    uart_write(context, text, length);
}

void line_close(struct line *line)
{
    line->system->BootServices->RestoreTPL(line->previous);
}

/* Firmware maps all that the CPU can address, or at least all below 4 GiB. */
int machine_can_read(uintptr_t address)
{
    (void)address;
    return 1;
}

void machine_exit(uint8_t code)
{
    vmclock_arch_port_write(QEMU_EXIT_PORT, code);
}
