/* SPDX-License-Identifier: BSD-2-Clause */
/* From the EFI system table to the region: which of its tables is followed. */
#include "efi_machine.h"

static const uint8_t dtb_table[16] = {0xd5, 0x21, 0xb6, 0xb1, 0x9c, 0xf1, 0xa5, 0x41,
                                      0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0};

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
    efi_machine_init(&machine);
    expect(&machine, 0, PAGE_NEW, RSDP_NEW);
}

static void acpi_10_alone(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.system.entries = 2;
    expect(&machine, 0, PAGE_OLD, RSDP_OLD);
}

static void acpi_10_when_20_is_null(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.configuration[2].address = NULL;
    expect(&machine, 0, PAGE_OLD, RSDP_OLD);
}

static void acpi_10_when_20_is_damaged(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.rsdp_new[8]++;
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
}

static void acpi_10_when_20_leads_nowhere(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.ssdt_new[9]++; /* the checksum */
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
    efi_machine_init(&machine);
    machine.firmware.refused = ROOT_NEW;
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
}

static void acpi_10_when_20_has_no_device(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.ssdt_new[36 + 13] = 'X'; /* in the id */
    table_fix(machine.ssdt_new);
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
}

/* The machine, its new device no vmclock, its old root table with this one's entry. */
static uint8_t *machine_of_one_table(struct machine *machine)
{
    uint8_t *root_old = NULL;
    size_t i;

    efi_machine_init(machine);
    machine->ssdt_new[36 + 13] = 'X'; /* in the id */
    table_fix(machine->ssdt_new);
    for (i = 0; i < machine->firmware.count; i++) {
        if (memcmp(machine->firmware.pieces[i].bytes, "RSDT", 4) == 0)
            root_old = machine->firmware.pieces[i].bytes;
    }
    put32(root_old + 36, SSDT_NEW);
    table_fix(root_old);
    return root_old;
}

static const void *(*map_of_firmware)(void *context, uint64_t phys, size_t length);
static size_t looks; /* at the new device's table */

static const void *counting_map(void *context, uint64_t phys, size_t length)
{
    looks += phys == SSDT_NEW;
    return map_of_firmware(context, phys, length);
}

static size_t looks_at(struct machine *machine)
{
    looks = 0;
    map_of_firmware = machine->firmware.memory.map;
    machine->firmware.memory.map = counting_map;
    expect(machine, VMCLOCK_ERR_NO_DEVICE, 0, RSDP_NEW);
    return looks;
}

/* Two root pointers lead to the same tables in most firmware: that is one search. */
static void tables_are_searched_once(void **state)
{
    struct machine machine;
    size_t once;
    (void)state;
    machine_of_one_table(&machine);
    machine.configuration[1].address = NULL;
    once = looks_at(&machine);
    assert_true(once > 0);
    machine_of_one_table(&machine);
    assert_int_equal(looks_at(&machine), once);
    machine_of_one_table(&machine);
    efi_entry(&machine, 1, efi_acpi_10, RSDP_NEW);
    assert_int_equal(looks_at(&machine), once);
}

/* What cannot be read while the two are compared may be other tables: they are searched. */
static void comparing_is_no_condition(void **state)
{
    struct machine machine;
    size_t once, maps, i;
    (void)state;
    machine_of_one_table(&machine);
    machine.configuration[1].address = NULL;
    once = looks_at(&machine);
    i = machine.firmware.maps;
    machine_of_one_table(&machine);
    (void)looks_at(&machine);
    maps = machine.firmware.maps;
    assert_in_range(maps - i, 6, 12); /* of two root pointers, lengths and entries */
    while (i++ < maps) {
        machine_of_one_table(&machine);
        machine.firmware.fail_at = i;
        assert_int_equal(looks_at(&machine), 2 * once);
    }
}

/* But what is more, other or cannot be read is looked at for itself, and what is wrong with it told. */
static void other_tables_are_searched(void **state)
{
    const uint64_t both[] = {SSDT_NEW, SSDT_OLD};
    static const uint64_t refused[] = {RSDP_OLD, ROOT_OLD + 36};
    struct machine machine;
    uint8_t *root_old;
    (void)state;
    machine_of_one_table(&machine);
    firmware_add_root(&machine.firmware, 0x12000, 4, both, 2);
    put32(machine.firmware.pieces[1].bytes + 16, 0x12000);
    rsdp_fix(machine.firmware.pieces[1].bytes);
    expect(&machine, 0, PAGE_OLD, RSDP_NEW);
    root_old = machine_of_one_table(&machine);
    put32(root_old + 36, SSDT_OLD);
    expect(&machine, VMCLOCK_ERR_TABLE, 0, RSDP_NEW); /* by its checksum */
    put32(machine_of_one_table(&machine) + 4, 35);
    expect(&machine, VMCLOCK_ERR_TABLE, 0, RSDP_NEW);
    put32(machine_of_one_table(&machine) + 4, 0x100); /* more than there is */
    expect(&machine, VMCLOCK_ERR_MAP, 0, RSDP_NEW);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        machine_of_one_table(&machine);
        machine.firmware.refused = refused[i];
        expect(&machine, VMCLOCK_ERR_MAP, 0, RSDP_NEW);
    }
}

static void damage_is_told_when_there_is_nothing_else(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.rsdp_new[8]++;
    machine.configuration[1].address = NULL;
    expect(&machine, VMCLOCK_ERR_RSDP, 0, RSDP_NEW);
    efi_machine_init(&machine);
    machine.rsdp_new[8]++;
    machine.firmware.pieces[5].bytes[36 + 13] = 'X'; /* the old one's device */
    table_fix(machine.firmware.pieces[5].bytes);
    expect(&machine, VMCLOCK_ERR_RSDP, 0, RSDP_NEW);
}

static void refused_device_is_not_looked_for_elsewhere(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.ssdt_new[36 + 31] = 0x81;
    table_fix(machine.ssdt_new);
    expect(&machine, VMCLOCK_ERR_RESOURCE, 0, RSDP_NEW);
}

static void no_acpi(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.system.entries = 1;
    expect(&machine, VMCLOCK_ERR_NO_DEVICE, 0, 0);
    efi_machine_init(&machine);
    machine.system.entries = 0;
    machine.system.configuration = NULL;
    expect(&machine, VMCLOCK_ERR_NO_DEVICE, 0, 0);
}

static void system_table_damaged(void **state)
{
    struct machine machine;
    (void)state;
    efi_machine_init(&machine);
    machine.system.signature[0] = 'i';
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
    efi_machine_init(&machine);
    machine.system.size--;
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
    efi_machine_init(&machine);
    machine.system.entries = 1025;
    expect(&machine, VMCLOCK_ERR_EFI, 0, 0);
    efi_machine_init(&machine);
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
    efi_machine_init(&machine);
    assert_int_equal(vmclock_efi_find(NULL, NULL, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find(&machine.system, NULL, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find(&machine.system, &no_map, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find_rsdp(NULL, &rsdp), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find_rsdp(&machine.system, NULL), VMCLOCK_ERR_ARGUMENT);
    firmware_free(&machine.firmware);
}

static void device_tree(void **state)
{
    struct machine machine;
    const void *dtb = &machine;
    (void)state;
    efi_machine_init(&machine);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), VMCLOCK_ERR_NO_DEVICE);
    efi_entry(&machine, 0, dtb_table, 0);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), VMCLOCK_ERR_NO_DEVICE);
    machine.system.signature[0] = 'i';
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), VMCLOCK_ERR_EFI);
    machine.system.signature[0] = 'I';
    assert_int_equal(vmclock_efi_find_dtb(NULL, &dtb), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_ptr_equal(dtb, &machine);
    efi_entry(&machine, 2, dtb_table, 0x8000);
    assert_int_equal(vmclock_efi_find_dtb(&machine.system, &dtb), 0);
    assert_ptr_equal(dtb, (void *)0x8000);
    /* It is no ACPI table. */
    machine.configuration[1].address = NULL;
    expect(&machine, VMCLOCK_ERR_NO_DEVICE, 0, 0);
}

/* What is almost ACPI's is not: each of the identifier's words counts. */
static void every_word_of_an_identifier(void **state)
{
    struct machine machine;
    uint64_t rsdp;
    (void)state;
    for (unsigned word = 0; word < 4; word++) {
        efi_machine_init(&machine);
        machine.system.entries = 3;
        ((uint8_t *)&machine.configuration[2])[4 * word] ^= 1;
        assert_int_equal(vmclock_efi_find_rsdp(&machine.system, &rsdp), 0);
        assert_int_equal(rsdp, RSDP_OLD);
        firmware_free(&machine.firmware);
    }
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
        cmocka_unit_test(tables_are_searched_once),
        cmocka_unit_test(comparing_is_no_condition),
        cmocka_unit_test(other_tables_are_searched),
        cmocka_unit_test(damage_is_told_when_there_is_nothing_else),
        cmocka_unit_test(refused_device_is_not_looked_for_elsewhere),
        cmocka_unit_test(no_acpi),
        cmocka_unit_test(system_table_damaged),
        cmocka_unit_test(arguments),
        cmocka_unit_test(device_tree),
        cmocka_unit_test(every_word_of_an_identifier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
