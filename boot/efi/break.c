/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * break.c - the shell's page break, by its own protocol. UEFI Shell 2.2, 2.2.
 */
#include "boot/efi/break.h"
#include "boot/efi/protocol.h"

EFI_STATUS break_start(EFI_SYSTEM_TABLE *system, struct page_break *page_break)
{
    EFI_GUID guid = EFI_SHELL_PROTOCOL_GUID;
    EFI_SHELL_PROTOCOL *shell;
    void *found;

    page_break->shell = NULL;
    if (EFI_ERROR(protocol_find(system, NULL, &guid, &found)))
        return EFI_UNSUPPORTED;
    shell = found;
    if (shell->GetPageBreak()) /* for all that runs in it: not ours to end */
        return EFI_SUCCESS;
    shell->EnablePageBreak();
    page_break->shell = shell;
    return EFI_SUCCESS;
}

void break_end(const struct page_break *page_break)
{
    if (page_break->shell)
        page_break->shell->DisablePageBreak();
}
