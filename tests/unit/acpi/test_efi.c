/* SPDX-License-Identifier: BSD-2-Clause */
/* From the EFI system table to the region. */
#include "firmware.h"

#include <vmclock/efi.h>

#define RSDP_NEW 0x5000u
#define RSDP_OLD 0x6000u
#define ROOT_NEW 0x10000u
#define ROOT_OLD 0x11000u
#define SSDT_NEW 0x20000u
#define SSDT_OLD 0x21000u
#define PAGE_NEW 0xfeffb000u
#define PAGE_OLD 0xfeffd000u

/* As the specification lays it out on the machine that runs the test. */
struct system_table {
    char signature[8];
    uint32_t revision;
    uint32_t size;
    uint32_t crc32;
    uint32_t reserved;
    const uint16_t *vendor;
    uint32_t vendor_revision;
    void *console_in_handle;
    void *console_in;
    void *console_out_handle;
    void *console_out;
    void *error_out_handle;
    void *error_out;
    void *runtime;
    void *boot;
    size_t entries;
    const void *configuration;
};

struct configuration {
    uint8_t guid[16];
    void *address;
};

static const uint8_t acpi_20[16] = {0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
                                    0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81};
static const uint8_t acpi_10[16] = {0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
                                    0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d};
static const uint8_t dtb_table[16] = {0xd5, 0x21, 0xb6, 0xb1, 0x9c, 0xf1, 0xa5, 0x41,
                                      0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0};
static const uint8_t other[16] = {0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
                                  0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d};

struct machine {
    struct firmware firmware;
    struct system_table system;
    struct configuration configuration[3];
    uint8_t *rsdp_new;
    uint8_t *ssdt_new;
};

static void entry(struct machine *machine, size_t i, const uint8_t *guid, uintptr_t address)
{
    memcpy(machine->configuration[i].guid, guid, 16);
    machine->configuration[i].address = (void *)address;
}

/* Both root pointers, each with a device of its own, and another table before them. */
static void machine_init(struct machine *machine)
{
    const uint64_t entry_new = SSDT_NEW, entry_old = SSDT_OLD;

    memset(machine, 0, sizeof *machine);
    firmware_init(&machine->firmware);
    machine->rsdp_new = firmware_add_rsdp(&machine->firmware, RSDP_NEW, 2, 0, ROOT_NEW);
    firmware_add_rsdp(&machine->firmware, RSDP_OLD, 0, ROOT_OLD, 0);
    firmware_add_root(&machine->firmware, ROOT_NEW, 8, &entry_new, 1);
    firmware_add_root(&machine->firmware, ROOT_OLD, 4, &entry_old, 1);
    machine->ssdt_new = firmware_add_device(&machine->firmware, SSDT_NEW, PAGE_NEW);
    firmware_add_device(&machine->firmware, SSDT_OLD, PAGE_OLD);
    memcpy(machine->system.signature, "IBI SYST", 8);
    machine->system.size = sizeof machine->system;
    machine->system.entries = 3;
    machine->system.configuration = machine->configuration;
    entry(machine, 0, other, 0x7000);
    entry(machine, 1, acpi_10, RSDP_OLD);
    entry(machine, 2, acpi_20, RSDP_NEW);
}

static void expect(struct machine *machine, int error, uint64_t page, uint64_t rsdp)
{
    struct vmclock_region region;
    uint64_t found = 1;

    region.phys = 1;
    assert_int_equal(vmclock_efi_find(&machine->system, &machine->firmware.memory, &region), error);
    assert_int_equal(region.phys, error == 0 ? page : 1);
    if (rsdp != 0) {
        assert_int_equal(vmclock_efi_find_rsdp(&machine->system, &found), 0);
        assert_int_equal(found, rsdp);
    } else {
        assert_int_equal(vmclock_efi_find_rsdp(&machine->system, &found), error);
        assert_int_equal(found, 1);
    }
    firmware_free(&machine->firmware);
}

static void acpi_20_before_10(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    expect(&machine, 0, PAGE_NEW, RSDP_NEW);
}

static void acpi_10_alone(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.system.entries = 2;
    expect(&machine, 0, PAGE_OLD, RSDP_OLD);
}

static void acpi_10_when_20_is_null(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.configuration[2].address = NULL;
    expect(&machine, 0, PAGE_OLD, RSDP_OLD);
}

static void acpi_10_when_20_is_damaged(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.rsdp_new[8]++;
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
}

static void acpi_10_when_20_leads_nowhere(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.ssdt_new[9]++; /* the checksum */
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
    machine_init(&machine);
    machine.firmware.refused = ROOT_NEW;
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
}

static void acpi_10_when_20_has_no_device(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.ssdt_new[36 + 13] = 'X'; /* in the id */
    table_fix(machine.ssdt_new);
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
}

static void damage_is_told_when_there_is_nothing_else(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.rsdp_new[8]++;
    machine.configuration[1].address = NULL;
    expect(&machine, VMCLOCK_ERR_RSDP, 0, RSDP_NEW);
    machine_init(&machine);
    machine.rsdp_new[8]++;
    machine.firmware.pieces[5].bytes[36 + 13] = 'X'; /* the old one's device */
    table_fix(machine.firmware.pieces[5].bytes);
    expect(&machine, VMCLOCK_ERR_RSDP, 0, RSDP_NEW);
}

static void refused_device_is_not_looked_for_elsewhere(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.ssdt_new[36 + 31] = 0x81;
    table_fix(machine.ssdt_new);
    expect(&machine, VMCLOCK_ERR_RESOURCE, 0, RSDP_NEW);
}

static void no_acpi(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.system.entries = 1;
    expect(&machine, VMCLOCK_ERR_NO_DEVICE, 0, 0);
    machine_init(&machine);
    machine.system.entries = 0;
    machine.system.configuration = NULL;
    expect(&machine, VMCLOCK_ERR_NO_DEVICE, 0, 0);
}

static void system_table_damaged(void **state)
{
    struct machine machine;
    (void)state;
    machine_init(&machine);
    machine.system.signature[0] = 'i';
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
    machine_init(&machine);
    machine.system.size--;
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
    machine_init(&machine);
    machine.system.entries = 1025;
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
    machine_init(&machine);
    machine.system.configuration = NULL;
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
}

static void arguments(void **state)
{
    struct machine machine;
    struct vmclock_region region;
    uint64_t rsdp;
    struct vmclock_memory no_map = {NULL, NULL, NULL};
    (void)state;
    machine_init(&machine);
    assert_int_equal(vmclock_efi_find(NULL, NULL, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find(&machine.system, NULL, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find(&machine.system, &no_map, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find_rsdp(NULL, &rsdp), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find_rsdp(&machine.system, NULL), VMCLOCK_ERR_ARGUMENT);
    firmware_free(&machine.firmware);
}

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

static struct boot boot = {"BOOTSERV",    2 << 16,        sizeof(struct boot), 0, 0, {NULL},
                           get_memory_map, allocate_pool, free_pool};

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

    machine_init(machine);
    put64(pieces[2].bytes + 36, (uintptr_t)machine->ssdt_new);
    table_fix(pieces[2].bytes);
    put64(machine->rsdp_new + 24, (uintptr_t)pieces[2].bytes);
    rsdp_fix(machine->rsdp_new);
    entry(machine, 1, acpi_10, 0);
    entry(machine, 2, acpi_20, (uintptr_t)machine->rsdp_new);
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
    static const uint64_t wild[] = {UINT64_C(0xfffffffffffffff0), 1, 0x1000, UINT64_C(1) << 46,
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

static void device_tree(void **state)
{
    struct machine machine;
    const void *dtb = &machine;
    (void)state;
    machine_init(&machine);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), VMCLOCK_ERR_NO_DEVICE);
    entry(&machine, 0, dtb_table, 0);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), VMCLOCK_ERR_NO_DEVICE);
    machine.system.signature[0] = 'i';
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), VMCLOCK_ERR_EFI);
    machine.system.signature[0] = 'I';
    assert_int_equal(vmclock_efi_find_dtb(NULL, &dtb), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_ptr_equal(dtb, &machine);
    entry(&machine, 2, dtb_table, 0x8000);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), 0);
    assert_ptr_equal(dtb, (void *)0x8000);
    /* It is no ACPI table. */
    machine.configuration[1].address = NULL;
    expect(&machine, VMCLOCK_ERR_NO_DEVICE, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acpi_20_before_10),
        cmocka_unit_test(acpi_10_alone),
        cmocka_unit_test(acpi_10_when_20_is_null),
        cmocka_unit_test(acpi_10_when_20_is_damaged),
        cmocka_unit_test(acpi_10_when_20_leads_nowhere),
        cmocka_unit_test(acpi_10_when_20_has_no_device),
        cmocka_unit_test(damage_is_told_when_there_is_nothing_else),
        cmocka_unit_test(refused_device_is_not_looked_for_elsewhere),
        cmocka_unit_test(no_acpi),
        cmocka_unit_test(system_table_damaged),
        cmocka_unit_test(arguments),
        cmocka_unit_test(identity_mapped),
        cmocka_unit_test(wild_pointers),
        cmocka_unit_test(memory_that_cannot_be_read),
        cmocka_unit_test(no_memory_map),
        cmocka_unit_test(device_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
