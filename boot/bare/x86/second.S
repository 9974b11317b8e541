/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * second.S - another CPU's first instructions: from real mode, at an address below 1 MiB that cpu.c
 * copies them to, straight to 64-bit mode. Of several that are woken, the first goes on.
 */
#define CR0_SETTINGS 0x80000013 /* paging, protected mode, FPU as start.S sets it */
#define CR4_SETTINGS 0x620
#define EFER 0xc0000080
#define EFER_LONG_MODE 0x100

    .section .rodata.second, "a"
    .code16
    .global second_begin, second_end
second_begin:
    cli
    lgdtl   %cs:pointer - second_begin
    mov     $CR4_SETTINGS, %eax
    mov     %eax, %cr4
    mov     $page_tables, %eax
    mov     %eax, %cr3
    mov     $EFER, %ecx
    rdmsr
    or      $EFER_LONG_MODE, %eax
    wrmsr
    mov     $CR0_SETTINGS, %eax
    mov     %eax, %cr0
    ljmpl   $8, $awake
pointer:
    .word 3 * 8 - 1
    .long gdt
second_end:

    .section .text.awake, "ax"
    .code64
awake:
    lock btsl $0, second_awake
    jc      1f
    mov     $16, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %ss
    mov     second_stack, %rsp
    call    second
1:  hlt
    jmp     1b

    .section .bss.second, "aw", @nobits
    .align 8
    .global second_awake, second_stack
second_awake:
    .skip 8
second_stack:
    .skip 8
    .section .note.GNU-stack, "", @progbits
