/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Your kernel's first instructions: from PVH's 32-bit entry, with paging off and %ebx at the start info, to
 * C at -2 GiB. All memory below 8 GiB is mapped at 0 and at 0xffff800000000000, the first GiB at -2 GiB.
 */
#define PRESENT_WRITABLE 0x3
#define LARGE 0x80 /* 2 MiB */

    .section .note.pvh, "a", @note
    .long 4, 4, 18 /* sizes of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long start

    .section .boot, "ax"
    .code32
    .globl start
start:
    mov %ebx, %ebp
    mov $large_pages, %edi
    mov $(PRESENT_WRITABLE | LARGE), %eax
    xor %edx, %edx /* the address's upper half */
1:  mov %eax, (%edi)
    mov %edx, 4(%edi)
    add $0x200000, %eax
    adc $0, %edx
    add $8, %edi
    cmp $large_pages_end, %edi
    jne 1b
    mov $(large_pages + PRESENT_WRITABLE), %eax
    xor %ecx, %ecx
1:  mov %eax, gibibytes(, %ecx, 8)
    add $4096, %eax
    inc %ecx
    cmp $8, %ecx
    jne 1b
    movl $(large_pages + PRESENT_WRITABLE), gibibytes_high + 510 * 8
    movl $(gibibytes + PRESENT_WRITABLE), root
    movl $(gibibytes + PRESENT_WRITABLE), root + 256 * 8
    movl $(gibibytes_high + PRESENT_WRITABLE), root + 511 * 8
    mov $root, %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x20, %eax /* PAE */
    mov %eax, %cr4
    mov $0xc0000080, %ecx /* EFER */
    rdmsr
    or $0x100, %eax /* LME */
    wrmsr
    mov %cr0, %eax
    or $0x80000000, %eax /* PG */
    mov %eax, %cr0
    lgdt descriptors_at
    ljmp $8, $1f
    .code64
1:  mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    movabs $stack_end, %rsp
    mov %ebp, %edi /* the first argument */
    movabs $kernel_main, %rax
    call *%rax
2:  hlt
    jmp 2b

descriptors:
    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff /* none, 64-bit code, data */
descriptors_at:
    .word . - descriptors - 1
    .long descriptors

    .section .boot.bss, "aw", @nobits
    .balign 4096
root:
    .skip 4096
gibibytes:
    .skip 4096
gibibytes_high:
    .skip 4096
large_pages:
    .skip 8 * 4096
large_pages_end:

    .bss
    .balign 16
    .skip 16384
stack_end:

    .section .note.GNU-stack, "", @progbits
