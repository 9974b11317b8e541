/* SPDX-License-Identifier: BSD-2-Clause */
/* An EFI application that takes its machine down: a fault without an interrupt table. */
#include <stdint.h>

int efi_main(void);

int efi_main(void)
{
    static const struct {
        uint16_t limit;
        uint8_t base[8];
    } no_table = {0, {0}};

    __asm__ volatile("lidt %0\n\tud2" : : "m"(no_table));
    return 0;
}
