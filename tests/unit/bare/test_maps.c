/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory behind an image of 1 MiB at 1 MiB, by maps of both forms: each case is given by PVH and by
 * multiboot, forwards and backwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/bare/x86/maps.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define IMAGE_END (2 * MIB)
#define PIECES 8
#define ENTRY_BYTES 24

enum type { NONE, RAM, TAKEN, ACPI };

struct piece {
    uint64_t phys, length;
    enum type type; /* NONE: the last */
};

static uint64_t by_pvh(const struct piece *pieces, unsigned count)
{
    struct pvh_memory map[PIECES];
    struct ram ram;

    for (unsigned i = 0; i < count; i++)
        map[i] = (struct pvh_memory){pieces[i].phys, pieces[i].length, pieces[i].type, 0};
    ram_init(IMAGE_END, &ram);
    maps_take_pvh(map, count, &ram);
    return ram.end;
}

static void put(uint32_t *words, uint32_t size, const struct piece *piece)
{
    const uint32_t entry[] = {size,
                              (uint32_t)piece->phys,
                              (uint32_t)(piece->phys >> 32),
                              (uint32_t)piece->length,
                              (uint32_t)(piece->length >> 32),
                              piece->type};

    memcpy(words, entry, sizeof(entry));
}

/* With entries that are longer by so many bytes. */
static uint64_t by_multiboot(const struct piece *pieces, unsigned count, uint32_t more)
{
    uint32_t map[PIECES * (ENTRY_BYTES + 8) / 4] = {0};
    struct ram ram;

    for (unsigned i = 0; i < count; i++)
        put(map + i * (ENTRY_BYTES + more) / 4, 20 + more, &pieces[i]);
    ram_init(IMAGE_END, &ram);
    maps_take_multiboot(map, count * (ENTRY_BYTES + more), &ram);
    return ram.end;
}

static void assert_end(const struct piece *pieces, uint64_t end)
{
    struct piece backwards[PIECES];
    unsigned count = 0;

    while (pieces[count].type != NONE)
        count++;
    for (unsigned i = 0; i < count; i++)
        backwards[i] = pieces[count - 1 - i];
    for (uint32_t more = 0; more <= 8; more += 4) {
        assert_int_equal(by_multiboot(pieces, count, more), end);
        assert_int_equal(by_multiboot(backwards, count, more), end);
    }
    assert_int_equal(by_pvh(pieces, count), end);
    assert_int_equal(by_pvh(backwards, count), end);
}

#define ASSERT_END(end, ...) assert_end((const struct piece[]){__VA_ARGS__, {0, 0, NONE}}, end)

static void usual(void **state)
{
    (void)state;
    ASSERT_END(255 * MIB, {0, 639 * KIB, RAM}, {639 * KIB, KIB, TAKEN}, {MIB, 254 * MIB, RAM},
               {255 * MIB, MIB, ACPI}, {4 * GIB, GIB, RAM});
    ASSERT_END(IMAGE_END, {0, 640 * KIB, RAM});
    assert_int_equal(by_pvh(NULL, 0), IMAGE_END);
}

static void holes(void **state)
{
    (void)state;
    /* What is behind a hole is not the image's, nor what ends in front of it. */
    ASSERT_END(3 * MIB, {0, 640 * KIB, RAM}, {MIB, 2 * MIB, RAM}, {4 * MIB, GIB, RAM});
    ASSERT_END(IMAGE_END, {0, 2 * MIB, RAM}, {2 * MIB + 1, GIB, RAM});
    ASSERT_END(IMAGE_END, {MIB, MIB, RAM}, {4 * GIB, 4 * GIB, RAM});
    /* One byte of it. */
    ASSERT_END(IMAGE_END + 1, {MIB, MIB + 1, RAM});
}

static void above_4g(void **state)
{
    (void)state;
    ASSERT_END(6 * GIB, {MIB, 6 * GIB - MIB, RAM});
    ASSERT_END(5 * GIB, {0, 6 * GIB, RAM}, {5 * GIB, 4 * KIB, TAKEN});
    /* Ends that do not fit 64 bits. */
    ASSERT_END(UINT64_MAX, {MIB, UINT64_MAX, RAM});
    ASSERT_END(3 * GIB, {0, 4 * GIB, RAM}, {3 * GIB, UINT64_MAX, TAKEN});
}

static void overlapping(void **state)
{
    (void)state;
    /* What is taken lies in memory: at its end, in the midst, in pieces, one in another. */
    ASSERT_END(99 * MIB, {MIB, 99 * MIB, RAM}, {99 * MIB, 2 * MIB, TAKEN});
    ASSERT_END(50 * MIB, {MIB, 99 * MIB, RAM}, {50 * MIB, 1, TAKEN}, {60 * MIB, MIB, ACPI});
    ASSERT_END(50 * MIB, {MIB, 99 * MIB, RAM}, {51 * MIB, KIB, ACPI}, {50 * MIB, 9 * MIB, TAKEN});
    /* Memory told of twice: the greater, and still what is taken. */
    ASSERT_END(70 * MIB, {MIB, 10 * MIB, RAM}, {0, 100 * MIB, RAM}, {70 * MIB, MIB, TAKEN});
    /* From within the image on, or from its very end. */
    ASSERT_END(IMAGE_END, {MIB, 99 * MIB, RAM}, {MIB, 3 * MIB, TAKEN});
    ASSERT_END(IMAGE_END, {MIB, 99 * MIB, RAM}, {IMAGE_END, 1, TAKEN});
    ASSERT_END(IMAGE_END, {MIB, 99 * MIB, RAM}, {IMAGE_END - 1, 2, TAKEN});
    /* Nothing of it, or nothing behind the image. */
    ASSERT_END(100 * MIB, {MIB, 99 * MIB, RAM}, {50 * MIB, 0, TAKEN}, {0, 2 * MIB, TAKEN},
               {100 * MIB, MIB, TAKEN});
}

static void no_whole_entry(void **state)
{
    const struct piece memory = {MIB, 99 * MIB, RAM}, taken = {50 * MIB, MIB, TAKEN};
    uint32_t map[2 * ENTRY_BYTES / 4];
    struct ram ram;

    (void)state;
    put(map, 20, &memory);
    for (uint32_t bytes = 0; bytes < ENTRY_BYTES; bytes++) {
        ram_init(IMAGE_END, &ram);
        maps_take_multiboot(map, bytes, &ram);
        assert_int_equal(ram.end, IMAGE_END);
    }
    /* The second says that it is shorter than an entry, or longer than there is. */
    for (unsigned i = 0; i < 4; i++) {
        put(map + ENTRY_BYTES / 4, (const uint32_t[]){0, 19, 21, UINT32_MAX}[i], &taken);
        ram_init(IMAGE_END, &ram);
        maps_take_multiboot(map, sizeof(map), &ram);
        assert_int_equal(ram.end, 100 * MIB);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual),       cmocka_unit_test(holes),          cmocka_unit_test(above_4g),
        cmocka_unit_test(overlapping), cmocka_unit_test(no_whole_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
