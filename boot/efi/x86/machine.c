/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - x86: readings over COM2, what is mapped and what CPU it is, QEMU's isa-debug-exit.
 */
#include "arch/x86/arch.h"
#include "arch/x86/port.h"
#include "boot/efi/machine.h"
#include "boot/efi/protocol.h"
#include "boot/efi/x86/paging.h"
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

#define CR0_PG UINT64_C(0x80000000)
#define CR4_PAE 0x20u
#define CR4_LA57 0x1000u
#define READ_CONTROL(name, value) \
    do { \
        uintptr_t read; \
        __asm__ volatile("mov %%" name ", %0" : "=r"(read)); \
        (value) = read; \
    } while (0)

/* The bit of physical addresses that says encrypted, where there is one: APM 3, 8000_001F. */
static uint64_t encrypted(void)
{
    struct vmclock_arch_cpuid id;

    vmclock_arch_cpuid(NULL, 0x80000000, &id);
    if (id.eax < 0x8000001f)
        return 0;
    vmclock_arch_cpuid(NULL, 0x8000001f, &id);
    return id.eax & 2 ? UINT64_C(1) << (id.ebx & 63) : 0;
}

/* Asks the page tables, which firmware has mapped one to one. */
int machine_can_read(uintptr_t address)
{
    uint64_t cr0, cr3, cr4;

    READ_CONTROL("cr0", cr0);
    READ_CONTROL("cr3", cr3);
    READ_CONTROL("cr4", cr4);
    if (!(cr0 & CR0_PG))
        return 1;
#if defined(__x86_64__)
    return paging_maps(cr3 & UINT64_C(0x000ffffffffff000) & ~encrypted(), cr4 & CR4_LA57 ? 5 : 4,
                       encrypted(), address);
#else
    return !(cr4 & CR4_PAE) || paging_maps(cr3 & ~31u, 3, encrypted(), address);
#endif
}

/* Registers of a CPUID leaf as the text that makers put there. */
static void put_letters(struct text *text, uint32_t letters)
{
    for (unsigned i = 0; i < 4; i++, letters >>= 8)
        if ((letters & 0xff) >= ' ' && (letters & 0xff) <= '~')
            text_put_char(text, (char)(letters & 0xff));
}

static void put_order(struct text *text)
{
    switch (vmclock_arch_counter_order()) {
    case VMCLOCK_ARCH_ORDER_RDTSCP:
        text_put(text, "rdtscp");
        return;
    case VMCLOCK_ARCH_ORDER_LFENCE:
        text_put(text, "lfence");
        return;
    default:
        text_put(text, "mfence");
    }
}

static void put_frequency(struct text *text)
{
    uint32_t unit_hz, numerator, denominator;

    vmclock_arch_counter_frequency(&unit_hz, &numerator, &denominator);
    text_put_unsigned(text, unit_hz);
    text_put_char(text, '*');
    text_put_unsigned(text, numerator);
    text_put_char(text, '/');
    text_put_unsigned(text, denominator);
}

void machine_describe(struct text *text)
{
    struct vmclock_arch_cpuid id;

    text_put(text, "machine.cpu=");
    vmclock_arch_cpuid(NULL, 0, &id);
    put_letters(text, id.ebx);
    put_letters(text, id.edx);
    put_letters(text, id.ecx);
    text_put_char(text, ' ');
    vmclock_arch_cpuid(NULL, 1, &id);
    text_put_hex(text, id.eax);
    text_end_line(text);
    text_put(text, "machine.hypervisor=");
    if (id.ecx >> 31) {
        vmclock_arch_cpuid(NULL, 0x40000000, &id);
        put_letters(text, id.ebx);
        put_letters(text, id.ecx);
        put_letters(text, id.edx);
    } else {
        text_put(text, "none");
    }
    text_end_line(text);
    text_put(text, "machine.counter_order=");
    put_order(text);
    text_end_line(text);
    text_put(text, "machine.counter_invariant=");
    text_put_unsigned(text, vmclock_arch_counter_invariant());
    text_end_line(text);
    text_put(text, "machine.counter_hz=");
    put_frequency(text);
    text_end_line(text);
}

void machine_exit(uint8_t code)
{
    vmclock_arch_port_write(QEMU_EXIT_PORT, code);
}
