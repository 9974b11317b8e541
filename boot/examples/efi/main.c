/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Your EFI application: it prints UTC, and how far that may be off. By clang (CMakeLists.txt) or by gcc and
 * gnu-efi's classic way (Makefile); of gnu-efi it uses the headers.
 */
#include <efi.h>
#include <vmclock/efi.h>
#include <vmclock/vmclock.h>

static int utc_now(const EFI_SYSTEM_TABLE *system, struct vmclock_utc_reading *now)
{
    struct vmclock_region region;
    struct vmclock clk;
    int error = vmclock_efi_find(system, NULL, &region);

    if (!error)
        error = vmclock_open(&clk, (const void *)(UINTN)region.phys, region.length);
    return error ? error : vmclock_utc_now(&clk, now);
}

static void print(EFI_SYSTEM_TABLE *system, const char *text)
{
    CHAR16 wide[2];

    wide[1] = 0;
    for (; *text; text++) {
        wide[0] = (CHAR16)*text;
        system->ConOut->OutputString(system->ConOut, wide);
    }
}

/* No EFIAPI: gnu-efi's start-up code calls it in the way of its own compiler, and clang's is EFI's. */
EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    struct vmclock_utc_reading now;
    char line[VMCLOCK_TEXT_LINE_SIZE];
    int error = utc_now(system, &now);

    (void)image;
    if (!error)
        error = vmclock_text_reading(&now, line, sizeof(line));
    print(system, error ? vmclock_error_text(error) : line);
    print(system, "\r\n");
    return error ? EFI_NOT_FOUND : EFI_SUCCESS;
}
