/* SPDX-License-Identifier: BSD-2-Clause */
/* An EFI application that says nothing and never ends. */
int efi_main(void);

int efi_main(void)
{
    for (;;) {
        __asm__ volatile("cli\n\tpause");
    }
}
