/* SPDX-License-Identifier: BSD-2-Clause */
/* An EFI application that begins a good report on the first UART and stops in the middle of it. */
#include <stdint.h>

int efi_main(void);

static void put(uint8_t byte)
{
    uint8_t line_status;

    do {
        __asm__ volatile("inb %1, %0" : "=a"(line_status) : "Nd"((uint16_t)0x3fd));
    } while ((line_status & 0x20) == 0);
    __asm__ volatile("outb %0, %1" : : "a"(byte), "Nd"((uint16_t)0x3f8));
}

int efi_main(void)
{
    static const char text[] = "vmclock: half of a report\r\nvmclock.format=1\r\nstate=ok\r\n";

    for (const char *next = text; *next != '\0'; next++) {
        put((uint8_t)*next);
    }
    for (;;) {
        __asm__ volatile("cli\n\tpause");
    }
}
