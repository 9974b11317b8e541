/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * efi.h - what gnu-efi's header of that name has for boot/efi, of EDK II's.
 */
#ifndef VMCLOCK_EDK2_EFI_H
#define VMCLOCK_EDK2_EFI_H

#include <Library/DevicePathLib.h>
#include <Protocol/DevicePath.h>
#include <Protocol/LoadedImage.h>
#include <Protocol/SerialIo.h>
#include <Protocol/Shell.h>
#include <Protocol/ShellParameters.h>
#include <Uefi.h>

#endif
