/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runtime.c - a page in the map of memory that the system gets.
 */
#include <Library/DxeServicesTableLib.h>
#include <PiDxe.h>
#include "runtime.h"

/* Within one page, as hypervisors have it. */
static int is_one_page(const struct vmclock_region *region)
{
    return region->length > 0 && region->length <= EFI_PAGE_SIZE - (region->phys & EFI_PAGE_MASK);
}

EFI_STATUS vmclock_edk2_keep(const struct vmclock_region *region)
{
    const EFI_PHYSICAL_ADDRESS base = region->phys & ~(EFI_PHYSICAL_ADDRESS)EFI_PAGE_MASK;
    EFI_GCD_MEMORY_SPACE_DESCRIPTOR space;
    EFI_STATUS status = gDS->GetMemorySpaceDescriptor(base, &space);

    if (EFI_ERROR(status))
        return status;
    if (!is_one_page(region))
        return EFI_UNSUPPORTED;
    if (space.GcdMemoryType == EfiGcdMemoryTypeNonExistent)
        status = gDS->AddMemorySpace(EfiGcdMemoryTypeReserved, base, EFI_PAGE_SIZE, EFI_MEMORY_WB);
    else if (space.GcdMemoryType != EfiGcdMemoryTypeReserved &&
             space.GcdMemoryType != EfiGcdMemoryTypeMemoryMappedIo)
        status = EFI_UNSUPPORTED;
    return EFI_ERROR(status)
               ? status
               : gDS->SetMemorySpaceAttributes(base, EFI_PAGE_SIZE, EFI_MEMORY_RUNTIME);
}
