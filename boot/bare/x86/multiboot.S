/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * multiboot.S - makes an image one for multiboot 1 loaders: link this file too. The addresses in the
 * header let them load a 64-bit ELF file. QEMU's -kernel takes such an image by multiboot, not by PVH.
 */
#define MAGIC 0x1badb002
#define FLAGS 0x10002 /* memory information, please; the addresses are here */

    .section .multiboot, "a"
    .align 4
header:
    .long MAGIC, FLAGS, -(MAGIC + FLAGS)
    .long header, _image_start, _image_loaded_end, _end, _start
    .section .note.GNU-stack, "", @progbits
