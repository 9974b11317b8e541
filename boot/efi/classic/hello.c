/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time in an EFI application made gnu-efi's classic way, on the library's ELF archives.
 */
#include <efi.h>
#include <efilib.h>
#include <vmclock/efi.h>
#include <vmclock/vmclock.h>

static int utc_now(EFI_SYSTEM_TABLE *system, struct vmclock_civil *civil)
{
    struct vmclock_region region;
    struct vmclock clk;
    struct vmclock_snapshot snapshot;
    struct vmclock_reading reading;
    struct vmclock_leap rule;
    struct vmclock_utc utc;
    int error = vmclock_efi_find(system, NULL, &region);

    if (!error)
        error = vmclock_open(&clk, (const void *)(UINTN)region.phys, region.length);
    if (!error)
        error = vmclock_take_snapshot(&clk, &snapshot);
    if (!error)
        error = vmclock_at(&snapshot, snapshot.counter, &reading);
    if (!error)
        error = vmclock_leap_rule(&snapshot, &rule);
    if (!error)
        error = vmclock_axis_to_utc(&rule, &reading.time, &utc);
    if (!error)
        error = vmclock_utc_to_civil(&utc, civil);
    return error;
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    struct vmclock_civil now;
    int error;

    InitializeLib(image, system);
    error = utc_now(system, &now);
    if (error) {
        Print(L"vmclock: %a\n", vmclock_error_text(error));
        return EFI_NOT_FOUND;
    }
    Print(L"vmclock: %04ld-%02d-%02dT%02d:%02d:%02dZ\n", now.year, now.month, now.day, now.hour,
          now.minute, now.second);
    return EFI_SUCCESS;
}
