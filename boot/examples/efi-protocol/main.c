/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Your EFI application, next to a loaded vmclock-driver: it prints UTC. With EDK2's headers or gnu-efi's:
 *   clang --target=x86_64-unknown-windows -ffreestanding -fshort-wchar -mno-red-zone -O2 -nostdlib \
 *       -fuse-ld=lld -Wl,/subsystem:efi_application,/entry:efi_main -isystem/usr/include/efi \
 *       -I"PREFIX/include" main.c -o your-application.efi
 */
#if __has_include(<Uefi.h>)
#include <Uefi.h>
#else
#include <efi.h>
#endif
#include <vmclock/protocol.h>

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    static CHAR16 line_end[] = {'\r', '\n', 0};
    EFI_GUID guid = VMCLOCK_PROTOCOL_GUID;
    struct vmclock_protocol *clock;
    struct vmclock_protocol_state state;
    struct vmclock_protocol_utc now;
    EFI_STATUS status = system->BootServices->LocateProtocol(&guid, 0, (void **)&clock);

    (void)image;
    if (EFI_ERROR(status))
        return status;
    status = clock->state(clock, 0, sizeof(state), &state);
    if (!EFI_ERROR(status)) {
        system->ConOut->OutputString(system->ConOut, (CHAR16 *)state.text);
        system->ConOut->OutputString(system->ConOut, line_end);
        status =
            clock->utc(clock, 0, sizeof(now), &now); /* numbers: now.sec, now.earliest_ns, ... */
    }
    return status;
}
