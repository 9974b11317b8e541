/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uefi.h - by the names and in the ways of EDK II's MdePkg, as much of it as an application needs that asks
 * VMCLOCK_PROTOCOL and prints.
 */
#ifndef __PI_UEFI_H__
#define __PI_UEFI_H__

#if defined(__i386__) || defined(__arm__)
typedef unsigned int UINTN;
typedef int INTN;
#else
typedef unsigned long long UINTN;
typedef long long INTN;
#endif
typedef unsigned long long UINT64;
typedef unsigned int UINT32;
typedef unsigned short UINT16;
typedef unsigned short CHAR16;
typedef unsigned char UINT8;
typedef unsigned char BOOLEAN;
#define VOID void
#define IN
#define OUT
#define CONST const

#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif

typedef UINTN RETURN_STATUS;
typedef RETURN_STATUS EFI_STATUS;
typedef VOID *EFI_HANDLE;
#define RETURN_ERROR(StatusCode) (((INTN)(RETURN_STATUS)(StatusCode)) < 0)
#define EFI_ERROR(A) RETURN_ERROR(A)

typedef struct {
    UINT32 Data1;
    UINT16 Data2;
    UINT16 Data3;
    UINT8 Data4[8];
} GUID;
typedef GUID EFI_GUID;

typedef struct {
    UINT64 Signature;
    UINT32 Revision;
    UINT32 HeaderSize;
    UINT32 CRC32;
    UINT32 Reserved;
} EFI_TABLE_HEADER;

typedef struct _EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL;
struct _EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL {
    VOID *Reset;
    EFI_STATUS(EFIAPI *OutputString)
    (IN EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL *This, IN CHAR16 *String);
};

typedef struct {
    EFI_TABLE_HEADER Hdr;
    VOID *RaiseTplToLocateHandleBuffer[37];
    EFI_STATUS(EFIAPI *LocateProtocol)
    (IN EFI_GUID *Protocol, IN VOID *Registration, OUT VOID **Interface);
} EFI_BOOT_SERVICES;

typedef struct {
    EFI_TABLE_HEADER Hdr;
    CHAR16 *FirmwareVendor;
    UINT32 FirmwareRevision;
    EFI_HANDLE ConsoleInHandle;
    VOID *ConIn;
    EFI_HANDLE ConsoleOutHandle;
    EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL *ConOut;
    EFI_HANDLE StandardErrorHandle;
    EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL *StdErr;
    VOID *RuntimeServices;
    EFI_BOOT_SERVICES *BootServices;
} EFI_SYSTEM_TABLE;

#endif
