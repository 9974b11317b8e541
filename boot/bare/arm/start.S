/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - from the entry point to C at EL1, with MMU, caches and FP on.
 *
 * The image begins with the header of a Linux Image, so that the same bytes boot as ELF (x0 is 0) and
 * as Image (x0 is the device tree's address). It runs where it is linked.
 */
#define HCR_EL2_RW (1 << 31)        /* EL1 is AArch64; all else off: nothing is trapped */
#define CNTHCTL_EL2_EL1PCTEN_EL1PCEN 3
#define CPTR_EL2_NO_TRAPS 0x32ff    /* reserved bits are ones */
#define SPSR_EL1H_MASKED 0x3c5
#define CPACR_EL1_FPEN (3 << 20)
#define SCTLR_EL1_RES1 0x30d00800
#define SCTLR_EL1_M_C_I 0x1005      /* MMU, data cache, instruction cache */
#define MAIR_DEVICE_NORMAL 0xff00   /* 0: device-nGnRnE, 1: normal, write-back */
/* 39 bits of address, 4 KiB granule, walks write-back and inner shareable, no TTBR1, 40 bits out */
#define TCR_EL1_VALUE (25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 2 << 32)

#define BLOCK_DEVICE 0x0060000000000401     /* valid, accessed, index 0, never executed */
#define BLOCK_NORMAL 0x0000000000000705     /* valid, accessed, inner shareable, index 1 */
#define GIB 0x40000000

    .section .head, "ax"
    .global _start
_start:
    b       primary
    .word   0
    .quad   image_offset            /* from the start of memory, which is 2 MiB aligned */
    .quad   image_size
    .quad   0x2                     /* little-endian, 4 KiB pages */
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .word   0

primary:
    mrs     x19, cntvct_el0
    mov     x20, x0
    ldr     x1, =bss_start
    ldr     x2, =bss_end
clear:
    stp     xzr, xzr, [x1], #16
    cmp     x1, x2
    b.lo    clear
    bl      set_up_cpu
    ldr     x1, =stack_end
    mov     sp, x1
    mov     x0, x20
    mov     x1, x19
    bl      machine_main            /* does not return */

/* A CPU that PSCI has started; x0: {stack_end, run, context}, three words. */
    .global secondary
secondary:
    mov     x20, x0
    bl      set_up_cpu
    ldp     x1, x2, [x20]
    ldr     x0, [x20, #16]
    mov     sp, x1
    blr     x2
    b       .

/* To EL1, and what C needs there. Keeps x19 and above; uses no memory but the tables'. */
set_up_cpu:
    mrs     x1, CurrentEL
    cmp     x1, #2 << 2
    b.ne    at_el1
    mov     x1, #HCR_EL2_RW
    msr     hcr_el2, x1
    mov     x1, #CPTR_EL2_NO_TRAPS
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    mov     x1, #CNTHCTL_EL2_EL1PCTEN_EL1PCEN
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr        /* CNTVCT stays what the hypervisor knows of us */
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    mov     x1, #SPSR_EL1H_MASKED
    msr     spsr_el2, x1
    adr     x1, at_el1
    msr     elr_el2, x1
    eret
at_el1:
    mov     x1, #CPACR_EL1_FPEN
    msr     cpacr_el1, x1
    adr     x1, vectors
    msr     vbar_el1, x1
    mov     x1, #MAIR_DEVICE_NORMAL
    msr     mair_el1, x1
    ldr     x1, =TCR_EL1_VALUE
    msr     tcr_el1, x1
    ldr     x1, =level_1
    msr     ttbr0_el1, x1
    tlbi    vmalle1
    dsb     sy
    isb
    ldr     x1, =SCTLR_EL1_RES1 | SCTLR_EL1_M_C_I
    msr     sctlr_el1, x1
    isb
    ret

/* Whatever happens here was not meant to. */
    .balign 2048
vectors:
    .rept   16
    .balign 128
    ldr     x0, =stack_end
    mov     sp, x0
    mrs     x0, esr_el1
    mrs     x1, elr_el1
    mrs     x2, far_el1
    b       machine_exception
    .endr

/* All addresses as they are: devices in the first GiB, memory up to 256 GiB, devices beyond. */
    .section .rodata.tables, "a"
    .balign 4096
level_1:
    .quad   BLOCK_DEVICE
    .set    gib, 1
    .rept   255
    .quad   gib * GIB + BLOCK_NORMAL
    .set    gib, gib + 1
    .endr
    .rept   256
    .quad   gib * GIB + BLOCK_DEVICE
    .set    gib, gib + 1
    .endr
