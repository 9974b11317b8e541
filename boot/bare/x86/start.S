/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - the first instructions: from 32-bit protected mode without paging, as PVH and multiboot
 * loaders leave the CPU, to C in 64-bit mode.
 */
#define CR0_MONITOR_FPU 0x2
#define CR0_EMULATE_FPU 0x4
#define CR0_PAGING 0x80000000
#define CR4_PAE 0x20
#define CR4_SSE 0x600 /* OSFXSR, OSXMMEXCPT */
#define EFER 0xc0000080
#define EFER_LONG_MODE 0x100
#define PAGE_TABLE 0x3 /* present, writable */
#define PAGE_2M 0x83   /* the same, a page and not a table */

/* Tells a PVH loader where to enter. */
    .section .note.pvh, "a", @note
    .align 4
    .long 4, 4, 18 /* lengths of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long _start

    .section .head, "ax"
    .code32
    .global _start
_start:
    mov     %eax, %ebp /* multiboot's magic, if it was that; ebx: the loader's information */
    rdtsc
    mov     %eax, entry_ticks
    mov     %edx, entry_ticks + 4
    cld
    mov     $stack_end, %esp

/* The first GiB one to one, in pages of 2 MiB. memory.c maps the rest when it is asked for. */
    movl    $page_tables + 0x1000 + PAGE_TABLE, page_tables
    movl    $page_tables + 0x2000 + PAGE_TABLE, page_tables + 0x1000
    mov     $PAGE_2M, %eax
    xor     %ecx, %ecx
1:  mov     %eax, page_tables + 0x2000(, %ecx, 8)
    add     $0x200000, %eax
    inc     %ecx
    cmp     $512, %ecx
    jne     1b

    mov     $page_tables, %eax
    mov     %eax, %cr3
    mov     %cr4, %eax
    or      $CR4_PAE | CR4_SSE, %eax
    mov     %eax, %cr4
    mov     $EFER, %ecx
    rdmsr
    or      $EFER_LONG_MODE, %eax
    wrmsr
    mov     %cr0, %eax
    and     $~CR0_EMULATE_FPU, %eax
    or      $CR0_PAGING | CR0_MONITOR_FPU, %eax
    mov     %eax, %cr0
    lgdt    gdt_pointer
    ljmp    $8, $1f

    .code64
1:  mov     $16, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %ss
    mov     %ebp, %edi
    mov     %ebx, %esi
    call    boot
    ud2

    .section .rodata.gdt, "a"
    .align 8
    .global gdt
gdt:
    .quad 0
    .quad 0x00209b0000000000 /* 8: code, 64-bit */
    .quad 0x0000930000000000 /* 16: data */
gdt_pointer:
    .word 3 * 8 - 1
    .long gdt, 0

    .section .bss.start, "aw", @nobits
    .align 4096
    .global page_tables
page_tables:
    .skip 3 * 4096
    .global entry_ticks
entry_ticks:
    .skip 8
    .section .note.GNU-stack, "", @progbits
