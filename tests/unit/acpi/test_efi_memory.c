/* SPDX-License-Identifier: BSD-2-Clause */
/* Without a callback the firmware's own memory map says what may be read. */
#include "efi_machine.h"

/* Boot services that have a memory map of a few pages, with descriptors longer than they need be. */
#define EFI_ERROR(number) ((UINTPTR_MAX >> 1) + 1 + (number))
#if defined(__x86_64__)
#define EFI_CALL __attribute__((ms_abi))
#else
#define EFI_CALL
#endif

struct descriptor {
    uint32_t type, pad;
    uint64_t start, virtual_start, pages, attribute, more;
};

struct boot {
    char signature[8];
    uint32_t revision, size, crc32, reserved;
    void *before[4];
    size_t(EFI_CALL *get_memory_map)(size_t *, struct descriptor *, size_t *, size_t *, uint32_t *);
    size_t(EFI_CALL *allocate_pool)(uint32_t, size_t, void **);
    size_t(EFI_CALL *free_pool)(void *);
};

static struct descriptor memory_map[16];
static size_t described, allocated, map_failures;

static size_t EFI_CALL get_memory_map(size_t *size, struct descriptor *map, size_t *key,
                                      size_t *step, uint32_t *version)
{
    size_t needed = described * sizeof *map;
    size_t given = *size;

    *size = needed;
    *step = sizeof *map;
    *key = 1;
    *version = 1;
    if (map == NULL || given < needed)
        return EFI_ERROR(5);
    if (map_failures != 0 && map_failures-- == 1)
        return EFI_ERROR(2);
    memcpy(map, memory_map, needed);
    return 0;
}

static size_t EFI_CALL allocate_pool(uint32_t type, size_t size, void **buffer)
{
    assert_int_equal(type, 2);
    *buffer = malloc(size);
    allocated++;
    return 0;
}

static size_t EFI_CALL free_pool(void *buffer)
{
    free(buffer);
    allocated--;
    return 0;
}

static struct boot boot = {"BOOTSERV", 2 << 16,        sizeof(struct boot), 0,        0,
                           {NULL},     get_memory_map, allocate_pool,       free_pool};

static void describe(uint32_t type, uint64_t start, uint64_t pages)
{
    struct descriptor *descriptor = &memory_map[described++];

    memset(descriptor, 0, sizeof *descriptor);
    descriptor->type = type;
    descriptor->start = start;
    descriptor->pages = pages;
}

/* Tables at their own addresses, in memory that the firmware knows of: two pages each at the least. */
static void machine_in_place(struct machine *machine)
{
    struct piece *pieces = machine->firmware.pieces;
    size_t i;

    efi_machine_init(machine);
    put64(pieces[2].bytes + 36, (uintptr_t)machine->ssdt_new);
    table_fix(pieces[2].bytes);
    put64(machine->rsdp_new + 24, (uintptr_t)pieces[2].bytes);
    rsdp_fix(machine->rsdp_new);
    efi_entry(machine, 1, efi_acpi_10, 0);
    efi_entry(machine, 2, efi_acpi_20, (uintptr_t)machine->rsdp_new);
    machine->system.boot = &boot;
    described = 0;
    describe(11, 0, UINT64_MAX / 4096); /* registers of devices: no memory */
    for (i = 0; i < machine->firmware.count; i++) {
        describe(9, (uintptr_t)pieces[i].bytes & ~(uintptr_t)4095, 1);
        describe(4, ((uintptr_t)pieces[i].bytes & ~(uintptr_t)4095) + 4096, 1);
    }
}

static int find_in_place(struct machine *machine, struct vmclock_region *region)
{
    int error = vmclock_efi_find(&machine->system, NULL, region);

    assert_int_equal(allocated, 0);
    return error;
}

static void identity_mapped(void **state)
{
    struct machine machine;
    struct vmclock_region region;
    (void)state;
    machine_in_place(&machine);
    assert_int_equal(find_in_place(&machine, &region), 0);
    assert_int_equal(region.phys, PAGE_NEW);
    assert_int_equal(region.origin_phys, (uintptr_t)machine.ssdt_new);
    firmware_free(&machine.firmware);
}

/* A pointer in a table that is right by its checksum and wild, at each place that has one. */
static void wild_pointers(void **state)
{
    static const uint64_t wild[] = {
        UINT64_C(0xfffffffffffffff0), 1,         0x1000, UINT64_C(1) << 46,
        UINT64_C(0x8000000000000000), 0xfffffff0};
    struct machine machine;
    struct vmclock_region region;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof wild / sizeof *wild; i++) {
        machine_in_place(&machine);
        put64(machine.rsdp_new + 24, wild[i]);
        rsdp_fix(machine.rsdp_new);
        assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_MAP);
        firmware_free(&machine.firmware);
        machine_in_place(&machine);
        put64(machine.firmware.pieces[2].bytes + 36, wild[i]);
        table_fix(machine.firmware.pieces[2].bytes);
        assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_MAP);
        firmware_free(&machine.firmware);
    }
    machine_in_place(&machine); /* a length that leads out of memory */
    put32(machine.ssdt_new + 4, 0x100000);
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_MAP);
    firmware_free(&machine.firmware);
}

/* More pages than addresses: the memory below its start does not become readable when it was met. */
static void a_descriptor_without_end(void **state)
{
    struct machine machine;
    struct vmclock_region region;
    (void)state;
    machine_in_place(&machine);
    for (size_t i = 0; i < described; i++) /* the root pointer is the first that is read */
        if (memory_map[i].start == ((uintptr_t)machine.rsdp_new & ~(uintptr_t)4095))
            memory_map[i].pages = UINT64_MAX / 4096;
    put64(machine.rsdp_new + 24, 0x1000);
    rsdp_fix(machine.rsdp_new);
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_MAP);
    firmware_free(&machine.firmware);
}

static void memory_that_cannot_be_read(void **state)
{
    static const uint32_t types[] = {8, 11, 12, 13, 15, 0x80000000};
    struct machine machine;
    struct vmclock_region region;
    size_t i, each;
    (void)state;
    for (i = 0; i < sizeof types / sizeof *types; i++) {
        machine_in_place(&machine);
        for (each = 0; each < described; each++)
            memory_map[each].type = types[i];
        assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_MAP);
        firmware_free(&machine.firmware);
    }
}

static void no_memory_map(void **state)
{
    struct machine machine;
    struct vmclock_region region;
    (void)state;
    machine_in_place(&machine);
    machine.system.boot = NULL; /* boot services have ended */
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_EFI);
    machine.system.boot = &boot;
    boot.signature[0] = 'b';
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_EFI);
    boot.signature[0] = 'B';
    boot.size--;
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_EFI);
    boot.size++;
    map_failures = 1;
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_EFI);
    described = 0;
    assert_int_equal(find_in_place(&machine, &region), VMCLOCK_ERR_EFI);
    firmware_free(&machine.firmware);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_mapped),
        cmocka_unit_test(wild_pointers),
        cmocka_unit_test(a_descriptor_without_end),
        cmocka_unit_test(memory_that_cannot_be_read),
        cmocka_unit_test(no_memory_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
