/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time in an EFI application made gnu-efi's classic way, on the library's ELF archives.
 */
#include <efi.h>
#include <efilib.h>
#include <vmclock/efi.h>
#include <vmclock/vmclock.h>

static int utc_now(EFI_SYSTEM_TABLE *system, struct vmclock_utc_reading *now)
{
    struct vmclock_region region;
    struct vmclock clk;
    int error = vmclock_efi_find(system, NULL, &region);

    if (!error)
        error = vmclock_open(&clk, (const void *)(UINTN)region.phys, region.length);
    if (!error)
        error = vmclock_utc_now(&clk, now);
    return error;
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    struct vmclock_utc_reading now;
    char line[VMCLOCK_TEXT_LINE_SIZE];
    int error;

    InitializeLib(image, system);
    error = utc_now(system, &now);
    if (!error)
        error = vmclock_text_reading(&now, line, sizeof(line));
    Print(L"vmclock: %a\n", error ? vmclock_error_text(error) : line);
    return error ? EFI_NOT_FOUND : EFI_SUCCESS;
}
