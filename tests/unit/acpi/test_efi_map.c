/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI's memory map: what of a firmware's answer is believed, and to the byte what may be read by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/error.h>
#include "drivers/efi/memory.h"

#define TOO_SMALL ((UINTPTR_MAX >> 1) + 1 + 5)
#define FAILED ((UINTPTR_MAX >> 1) + 1 + 2)
#define STEP 48u
#define MAP_MAX 0x1000000u
#define SPARE 8u
#define PAGE UINT64_C(4096)

struct boot {
    char signature[8];
    uint32_t revision, size, crc32, reserved;
    void *before[4];
    uintptr_t(VMCLOCK_EFI_CALL *get_memory_map)(uintptr_t *, void *, uintptr_t *, uintptr_t *,
                                                uint32_t *);
    uintptr_t(VMCLOCK_EFI_CALL *allocate_pool)(uint32_t, uintptr_t, void **);
    uintptr_t(VMCLOCK_EFI_CALL *free_pool)(void *);
};

/* What the firmware answers. */
static struct {
    uintptr_t size, step, asked_bytes, second_size, second_step; /* 0: as the first time */
    uint8_t map[STEP * 16];
    int no_pool, null_pool, fails;
    unsigned pools, asked;
} firmware;

static uintptr_t VMCLOCK_EFI_CALL get_memory_map(uintptr_t *size, void *map, uintptr_t *key,
                                                 uintptr_t *step, uint32_t *version)
{
    uintptr_t given = *size;

    firmware.asked++;
    *key = 1;
    *version = 1;
    if (map == NULL) {
        assert_int_equal(given, 0); /* so that no firmware takes null for a buffer */
        assert_int_equal(*step, 0); /* nor one that says no step leaves what lay there */
        *size = firmware.size;
        *step = firmware.step;
        return TOO_SMALL;
    }
    assert_int_equal(given, firmware.size + SPARE * firmware.step);
    if (firmware.fails)
        return FAILED;
    *size = firmware.size;
    memcpy(map, firmware.map,
           firmware.size < sizeof firmware.map ? firmware.size : sizeof firmware.map);
    if (firmware.second_size)
        *size = firmware.second_size;
    if (firmware.second_step)
        *step = firmware.second_step;
    return 0;
}

static uintptr_t VMCLOCK_EFI_CALL allocate_pool(uint32_t type, uintptr_t size, void **buffer)
{
    assert_int_equal(type, 2); /* the loader's data */
    firmware.asked_bytes = size;
    if (firmware.no_pool)
        return FAILED;
    *buffer = firmware.null_pool ? NULL : malloc(size);
    firmware.pools += *buffer != NULL;
    return 0;
}

static uintptr_t VMCLOCK_EFI_CALL free_pool(void *buffer)
{
    free(buffer);
    firmware.pools--;
    return 0;
}

static struct boot boot;
static struct efi_system_table table;

static int setup(void **state)
{
    (void)state;
    memset(&firmware, 0, sizeof firmware);
    firmware.size = 2 * STEP;
    firmware.step = STEP;
    memset(&table, 0, sizeof table);
    boot = (struct boot){.size = sizeof(struct boot),
                         .get_memory_map = get_memory_map,
                         .allocate_pool = allocate_pool,
                         .free_pool = free_pool};
    memcpy(boot.signature, "BOOTSERV", 8);
    table.boot_services = &boot;
    return 0;
}

/* Opens and closes; whatever happened, no memory of the pool is left. */
static int opens(void)
{
    struct vmclock_efi_map map;
    int error = vmclock_efi_map_open(&map, &table);

    if (!error)
        vmclock_efi_map_close(&map);
    assert_int_equal(firmware.pools, 0);
    return error;
}

static void sizes(void **state)
{
    static const struct {
        uintptr_t size, step;
        int error;
    } cases[] = {
        {0, STEP, VMCLOCK_ERR_EFI},
        {1, STEP, 0},
        {MAP_MAX, STEP, 0},
        {MAP_MAX + 1, STEP, VMCLOCK_ERR_EFI},
        {STEP, 31, VMCLOCK_ERR_EFI},
        {STEP, 32, 0},
        {STEP, 40, 0},
        {STEP, 44, VMCLOCK_ERR_EFI},
        {STEP, 36, VMCLOCK_ERR_EFI},
        {STEP, 4096, 0},
        {STEP, 0, VMCLOCK_ERR_EFI},
        {STEP, 4104, VMCLOCK_ERR_EFI},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        firmware.size = cases[i].size;
        firmware.step = cases[i].step;
        if (opens() != cases[i].error)
            fail_msg("case %zu", i);
        if (!cases[i].error)
            assert_int_equal(firmware.asked_bytes, firmware.size + SPARE * firmware.step);
    }
}

/* Of the second answer a size that is more than there was room for, and another step, are not believed. */
static void second_answers(void **state)
{
    (void)state;
    firmware.second_size = firmware.size + SPARE * STEP;
    assert_int_equal(opens(), 0);
    firmware.second_size++;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
    firmware.second_size = STEP;
    assert_int_equal(opens(), 0);
    firmware.second_step = STEP;
    assert_int_equal(opens(), 0);
    firmware.second_step = STEP + 8;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
}

static void refusals(void **state)
{
    (void)state;
    firmware.no_pool = 1;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
    firmware.no_pool = 0;
    firmware.null_pool = 1;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
    firmware.null_pool = 0;
    firmware.fails = 1;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
    firmware.fails = 0;
    firmware.asked = 0;
    boot.size = sizeof boot - 1;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
    boot.size = sizeof boot;
    for (size_t i = 0; i < 8; i++) {
        boot.signature[i] ^= 1;
        assert_int_equal(opens(), VMCLOCK_ERR_EFI);
        boot.signature[i] ^= 1;
    }
    table.boot_services = NULL;
    assert_int_equal(opens(), VMCLOCK_ERR_EFI);
    assert_int_equal(firmware.asked, 0);
    table.boot_services = &boot;
    assert_int_equal(opens(), 0);
    assert_int_equal(firmware.asked, 2);
}

static void describe(size_t i, uint32_t type, uint64_t start, uint64_t pages)
{
    memset(firmware.map + i * STEP, 0xee, STEP);
    memcpy(firmware.map + i * STEP, &type, 4);
    memcpy(firmware.map + i * STEP + 8, &start, 8);
    memcpy(firmware.map + i * STEP + 24, &pages, 8);
}

static int readable(uint64_t phys, size_t length)
{
    struct vmclock_efi_map map;
    struct vmclock_memory memory;
    const void *found;

    assert_int_equal(vmclock_efi_map_open(&map, &table), 0);
    vmclock_efi_map_memory(&map, &memory);
    assert_null(memory.unmap);
    found = memory.map(memory.context, phys, length);
    vmclock_efi_map_close(&map);
    if (found)
        assert_int_equal((uintptr_t)found, phys);
    return found != NULL;
}

/* Not 8, which is broken, nor from 11 on, which are registers, codes and what nobody has accepted. */
static void types(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < 17; type++) {
        describe(0, type, 0x10000, 1);
        describe(1, 8, 0, 1);
        assert_int_equal(readable(0x10000, 1), type != 8 && type <= 10);
    }
    describe(0, UINT32_MAX, 0x10000, 1);
    assert_false(readable(0x10000, 1));
}

static void bytes(void **state)
{
    (void)state;
    describe(0, 4, 0x12000, 1); /* they need not be in order */
    describe(1, 9, 0x10000, 2);
    assert_true(readable(0x10000, 1));
    assert_false(readable(0xffff, 1));
    assert_false(readable(0xffff, 2));
    assert_true(readable(0x10000, 3 * PAGE));
    assert_false(readable(0x10000, 3 * PAGE + 1));
    assert_true(readable(0x10001, 3 * PAGE - 1));
    assert_false(readable(0x10001, 3 * PAGE));
    assert_true(readable(0x11fff, 2));
    assert_true(readable(0x12fff, 1));
    assert_false(readable(0x12fff, 2));
    assert_false(readable(0x13000, 1));
    assert_false(readable(0x13001, 1));
    describe(0, 4, 0x13000, 1); /* a gap */
    assert_true(readable(0x13000, PAGE));
    assert_false(readable(0x11fff, 2));
    assert_false(readable(0x10000, 4 * PAGE));
}

/* What was readable before does not make anything else so, of one copy of the map. */
static void again(void **state)
{
    static const struct {
        uint64_t phys;
        size_t length;
        int is_readable;
    } asked[] = {
        {0x10000, 2 * PAGE, 1}, {0x11fff, 1, 1},         {0x11fff, 2, 0},        {0x0ffff, 1, 0},
        {0x10000, 1, 1},        {0x20000, PAGE, 1},      {0x20000, PAGE + 1, 0}, {0x1ffff, 1, 0},
        {0x21000, 1, 0},        {0x11000, PAGE, 1},      {0x12000, 1, 0},        {0, 1, 0},
        {0x20fff, 1, 1},        {UINTPTR_MAX - 1, 1, 0}, {0x10001, PAGE, 1},
    };
    struct vmclock_efi_map map;
    struct vmclock_memory memory;

    (void)state;
    describe(0, 4, 0x10000, 2);
    describe(1, 9, 0x20000, 1);
    assert_int_equal(vmclock_efi_map_open(&map, &table), 0);
    vmclock_efi_map_memory(&map, &memory);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if ((memory.map(memory.context, asked[i].phys, asked[i].length) != NULL) !=
            asked[i].is_readable)
            fail_msg("case %zu", i);
    }
    vmclock_efi_map_close(&map);
}

static void ends(void **state)
{
    (void)state;
    describe(0, 4, 0, UINT64_MAX / PAGE); /* all but the last page */
    describe(1, 8, 0, 1);
    assert_false(readable(0, 1));
    assert_true(readable(1, 1));
    assert_true(readable(UINT64_MAX - 2 * PAGE, 16));
    assert_false(readable(UINTPTR_MAX - PAGE + 1, 1));
    describe(0, 4, UINT64_MAX - PAGE + 1, 1);
    assert_true(readable(UINTPTR_MAX - 16, 16));
    assert_false(readable(UINTPTR_MAX - 15, 16));
    assert_false(readable(UINTPTR_MAX - 14, 16));
    /* Nothing is read behind the last descriptor, nor of a part of one. */
    describe(2, 4, 0x10000, 1);
    assert_false(readable(0x10000, 1));
    firmware.size = 3 * STEP - 1;
    assert_false(readable(0x10000, 1));
    firmware.size = 3 * STEP;
    assert_true(readable(0x10000, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sizes, setup),          cmocka_unit_test_setup(refusals, setup),
        cmocka_unit_test_setup(second_answers, setup), cmocka_unit_test_setup(types, setup),
        cmocka_unit_test_setup(bytes, setup),          cmocka_unit_test_setup(ends, setup),
        cmocka_unit_test_setup(again, setup),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
