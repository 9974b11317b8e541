/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loader.h - a bare x86 machine that is made up around boot/bare/x86/boot.c: its memory, its firmware's tables, and
 * what the image calls. The image's end is the test's.
 */
#ifndef VMCLOCK_TESTS_UNIT_BARE_LOADER_H
#define VMCLOCK_TESTS_UNIT_BARE_LOADER_H

#include <setjmp.h>
#include <stdint.h>

#define MULTIBOOT 0x2badb002u
#define INFO 0x9000u /* what the loader hands over */
#define WORDS 0x20000u
#define MAP 0x30000u
#define MEMORY_BYTES 0x40000u
#define RSDP_FOUND 0xe0000u

/* What the image did, and what the machine is to say. no_info: INFO cannot be read. map_end: of what can be. */
struct seen {
    int opened, caught, no_info, rsdp_error, page_error, cmos_error;
    uint64_t rsdp_asked, page_phys, page_length, map_end;
    uint16_t port;
    uint8_t code;
};

extern char _end[];
extern struct seen seen;
extern uint8_t *machine; /* its memory, from address 0 on */
extern jmp_buf ended;    /* where the image ends */

/* A machine of zeros, without a page. A cmocka setup. */
int fresh(void **state);

void put32(uint32_t phys, uint32_t value);
void put64(uint32_t phys, uint64_t value);

/* Starts the image; comes back when it has ended. */
void start(uint32_t magic);

/* Runs it in a process of its own: what a boot found stays. */
void in_a_process(void (*test)(const char *), const char *given);

#endif
