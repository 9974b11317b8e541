/* SPDX-License-Identifier: BSD-2-Clause */
/* Entry of the image: a stack, vectors that end it, main, and its result as the exit code. */
    .section .text.start, "ax"
    .global _start
_start:
    adr     x0, vectors
    msr     vbar_el1, x0
    ldr     x0, =stack_end
    mov     sp, x0
    bl      image_main

/* The exit code is in w0: semihosting's SYS_EXIT with {ADP_Stopped_ApplicationExit, code}. */
finish:
    mov     x1, #0x26
    movk    x1, #2, lsl #16
    stp     x1, x0, [sp, #-16]!
    mov     x1, sp
    mov     w0, #0x18
    hlt     #0xf000
    b       .

    .balign 2048
vectors:
    .rept 16
    .balign 128
    mov     x0, #99
    b       finish
    .endr
