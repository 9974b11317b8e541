/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - aarch64: readings over the firmware's serial port or console, what is mapped and what CPU it is,
 * exit by semihosting.
 */
#include "boot/efi/console.h"
#include "boot/efi/machine.h"
#include "boot/efi/protocol.h"

#define SYS_EXIT 0x18u
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

/*
 * Firmware made from EDK II has its console on EFI_SERIAL_IO and looks there for keys by a timer of
 * TPL_NOTIFY, some 50 times a second: too slow to measure with. So no timer runs, and the port is
 * read directly, at the priority at which the console's own driver would. U-Boot has no such
 * protocol; its console polls the port itself when it is asked, at once.
 */
EFI_STATUS line_open(EFI_SYSTEM_TABLE *system, struct line *line)
{
    EFI_GUID guid = EFI_SERIAL_IO_PROTOCOL_GUID;
    void *port;
    EFI_STATUS status = protocol_find(system, NULL, &guid, &port);

    line->system = system;
    line->port = port;
    if (port)
        line->previous = system->BootServices->RaiseTPL(TPL_NOTIFY);
    return status == EFI_DEVICE_ERROR ? status : EFI_SUCCESS;
}

static int read_key(EFI_SYSTEM_TABLE *system)
{
    EFI_INPUT_KEY key = {0, 0};

    if (EFI_ERROR(system->ConIn->ReadKeyStroke(system->ConIn, &key)) || !key.UnicodeChar)
        return -1;
    return key.UnicodeChar;
}

int line_read(void *context)
{
    struct line *line = context;
    unsigned char byte = 0; /* which is no question */
    UINTN length = 1;

    if (!line->port)
        return read_key(line->system);
    if (EFI_ERROR(line->port->Read(line->port, &length, &byte)) || length != 1)
        return -1;
    return byte;
}

void line_write(void *context, const char *text, size_t length)
{
    struct line *line = context;
    UINTN written = length;

    if (line->port)
        line->port->Write(line->port, &written, (void *)(uintptr_t)text);
    else
        console_write(line->system, text, length);
}

void line_close(struct line *line)
{
    if (line->port)
        line->system->BootServices->RestoreTPL(line->previous);
}

/* Asks the MMU. The bits of PAR_EL1: 0, the translation failed. */
int machine_can_read(uintptr_t address)
{
    uint64_t level, result;

    __asm__ volatile("mrs %0, CurrentEL" : "=r"(level));
    if (level >> 2 == 2)
        __asm__ volatile("at s1e2r, %1\n\tisb\n\tmrs %0, par_el1" : "=r"(result) : "r"(address));
    else
        __asm__ volatile("at s1e1r, %1\n\tisb\n\tmrs %0, par_el1" : "=r"(result) : "r"(address));
    return !(result & 1);
}

static void put_register(struct text *text, const char *name, uint64_t value)
{
    text_put(text, name);
    text_put_hex(text, value);
    text_end_line(text);
}

#define READ_SYSTEM(name, value) __asm__ volatile("mrs %0, " name : "=r"(value))

void machine_describe(struct text *text)
{
    uint64_t value;

    READ_SYSTEM("midr_el1", value);
    put_register(text, "machine.cpu=", value);
    READ_SYSTEM("CurrentEL", value);
    put_register(text, "machine.el=", value >> 2);
    READ_SYSTEM("id_aa64mmfr0_el1", value);
    put_register(text, "machine.counter_ecv=", value >> 60);
    READ_SYSTEM("cntfrq_el0", value);
    text_put(text, "machine.counter_hz=");
    text_put_unsigned(text, value);
    text_end_line(text);
}

void machine_exit(uint8_t code)
{
    const uint64_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, code};
    register uint64_t operation __asm__("x0") = SYS_EXIT;
    register const uint64_t *argument __asm__("x1") = block;

    __asm__ volatile("hlt #0xf000" : "+r"(operation) : "r"(argument) : "memory");
}
