/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The identity map of a bare x86 machine, as the CPU would walk it, on CPUs that are made up. What was mapped
 * stays: each case runs in a process of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "arch/x86/cpuid.h"
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

#define CHILD_SEC 30 /* of a process of ours, at most: it ends with us all the same */
#define GIB (UINT64_C(1) << 30)
#define PRESENT 1u
#define WRITABLE 2u
#define LARGE 0x80u

extern uint64_t page_tables[512];
uint64_t page_tables[512] __attribute__((aligned(4096)));

static struct {
    uint32_t last_leaf, address_bits, more; /* more: bits beside those that are asked for */
    int has_1g;
} cpu;

void vmclock_arch_cpuid(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out)
{
    (void)context;
    memset(out, 0xff, sizeof(*out));
    if (leaf == 0x80000000)
        out->eax = cpu.last_leaf;
    else if (leaf == 0x80000001)
        out->edx = cpu.has_1g ? cpu.more | 1u << 26 : cpu.more & ~(1u << 26);
    else if (leaf == 0x80000008)
        out->eax = 0xffffff00 | cpu.address_bits;
}

/* Where an address leads to; UINT64_MAX: nowhere. */
static uint64_t walk(uint64_t address)
{
    const uint64_t *table = page_tables;

    for (unsigned shift = 39; shift >= 21; shift -= 9) {
        const uint64_t entry = table[address >> shift & 511];
        const uint64_t below = (UINT64_C(1) << shift) - 1;

        if (!(entry & PRESENT))
            return UINT64_MAX;
        assert_true(entry & WRITABLE);
        if (shift < 39 && entry & LARGE) {
            assert_int_equal(entry & below, PRESENT | WRITABLE | LARGE);
            return (entry & ~below) | (address & below);
        }
        assert_int_equal(entry & 0xfff, PRESENT | WRITABLE);
        table = (const uint64_t *)(uintptr_t)(entry & ~UINT64_C(0xfff));
    }
    return UINT64_MAX;
}

static void assert_mapped(uint64_t phys, uint64_t length)
{
    assert_int_equal((uintptr_t)memory_map(phys, length), phys);
    for (uint64_t at = phys & ~(GIB - 1); at <= phys + length - 1; at += GIB)
        for (uint64_t page = 0; page < GIB; page += UINT64_C(1) << 21)
            assert_int_equal(walk(at + page + 0x1234), at + page + 0x1234);
}

static void in_a_process(void (*test)(void))
{
    const pid_t process = fork();
    int status;

    assert_true(process >= 0);
    if (!process) {
        (void)alarm(CHILD_SEC);
        test();
        _exit(0);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
}

static void on(uint32_t last_leaf, uint32_t address_bits, int has_1g)
{
    cpu.last_leaf = last_leaf;
    cpu.address_bits = address_bits;
    cpu.has_1g = has_1g;
    cpu.more = has_1g ? 0 : UINT32_MAX;
}

/* A GiB at a time; of what spans two both; and nothing beside it. */
static void maps(void)
{
    assert_mapped(0xfeffb000, 0x1000);
    assert_int_equal(walk(0x100000000), UINT64_MAX);
    assert_int_equal(walk(0xbfffffff), UINT64_MAX);
    assert_mapped(0x13fffffff, 1);
    assert_int_equal(walk(0x140000000), UINT64_MAX);
    assert_mapped(0x17ffffff0, 0x11);
    assert_int_equal(walk(0x1c0000000), UINT64_MAX);
    assert_mapped(0xfeffb000, 0x1000); /* again */
    assert_int_equal((uintptr_t)platform_map(0x13fffffff, 1), 0x13fffffff);
}

static void maps_by_1g(void)
{
    on(0x80000008, 40, 1);
    maps();
    for (uint64_t gib = 16; gib < 256; gib++) /* that costs no table but one a half TiB */
        assert_mapped(gib << 30, GIB);
    assert_mapped(UINT64_C(1) << 39, 1);
}

/* The GiB's table and the top's come of eight. */
static void maps_by_2m(void)
{
    on(0x80000008, 40, 0);
    maps();
    for (uint64_t gib = 16; gib < 19; gib++)
        assert_mapped(gib << 30, 1);
    assert_null(memory_map(UINT64_C(19) << 30, 1));
    assert_mapped(UINT64_C(18) << 30, GIB);        /* what is there still is */
    assert_null(memory_map(UINT64_C(1) << 39, 1)); /* neither is there one for the top */
}

static void what_cannot_be(void)
{
    on(0x80000008, 40, 1);
    assert_null(memory_map(0, 1));
    assert_null(memory_map(0x1000, 0));
    assert_null(memory_map(UINT64_MAX, 2));
    assert_null(memory_map(UINT64_MAX - 1, 3));
    assert_int_equal(page_tables[0], 0);
    assert_mapped(1, 1);
}

static void assert_bits(uint32_t last_leaf, uint32_t address_bits, unsigned bits)
{
    const uint64_t end = UINT64_C(1) << bits;

    on(last_leaf, address_bits, 1);
    assert_mapped(end - 1, 1);
    assert_null(memory_map(end, 1));
    assert_null(memory_map(end - 1, 2));
}

/* As many as the CPU says, 36 where it does not, and no more than can lie in the lower half. */
static void bits(void)
{
    assert_bits(0x80000008, 39, 39);
    assert_bits(0x80000009, 40, 40);
    assert_bits(0x80000008, 47, 47);
    assert_bits(0x80000008, 48, 47);
    assert_bits(0x80000008, 52, 47);
    assert_bits(0x80000007, 48, 36);
    assert_bits(0, 48, 36);
    on(0x80000008, 29, 1); /* the first GiB is there whatever it says */
    assert_mapped(GIB - 1, 1);
    assert_null(memory_map(GIB, 1));
}

static void test_by_1g(void **state)
{
    (void)state;
    in_a_process(maps_by_1g);
}

static void test_by_2m(void **state)
{
    (void)state;
    in_a_process(maps_by_2m);
}

static void test_what_cannot_be(void **state)
{
    (void)state;
    in_a_process(what_cannot_be);
}

static void test_bits(void **state)
{
    (void)state;
    in_a_process(bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_1g),
        cmocka_unit_test(test_by_2m),
        cmocka_unit_test(test_what_cannot_be),
        cmocka_unit_test(test_bits),
    };
    return cmocka_run_group_tests_name("bare.memory", tests, NULL, NULL);
}
