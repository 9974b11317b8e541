/* SPDX-License-Identifier: BSD-2-Clause */
/* The program as a whole on the made-up firmware, and what the page can be like. */
#include "firmware.h"

EFI_STATUS efi_run(const char *line)
{
    efi_shell(line);
    return efi_main(&efi, &efi.system);
}

unsigned efi_count(const char *text)
{
    unsigned found = 0;
    for (const char *at = efi.said; (at = strstr(at, text)); at += strlen(text)) {
        found++;
    }
    return found;
}

void efi_put(size_t at, size_t bytes, uint64_t value)
{
    page_put(efi.page, at, bytes, value);
}

void efi_good(void)
{
}

void efi_no_device(void)
{
    efi_acpi(0);
}

void efi_unreliable(void)
{
    efi_put(AT_STATUS, 1, 4);
}

void efi_bad_magic(void)
{
    efi_put(AT_MAGIC, 4, 1);
}

void efi_in_update(void)
{
    efi_put(AT_SEQ, 4, 3);
}

const struct efi_state efi_states[EFI_STATES] = {
    {efi_good, EFI_SUCCESS, "ok"},
    {efi_no_device, EFI_NOT_FOUND, "no-device"},
    {efi_unreliable, EFI_NOT_READY, "unsynchronised"},
    {efi_bad_magic, EFI_DEVICE_ERROR, "bad-page"},
    {efi_in_update, EFI_NOT_READY, "busy"},
};
