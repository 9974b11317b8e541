/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * efibind.h - what efi.h asks for on aarch64, where gnu-efi is a package of another architecture.
 *
 * Types and calls are those of x86-64, as for any machine of 64 bits whose compiler makes PE.
 */
#include <x86_64/efibind.h>
