/* SPDX-License-Identifier: BSD-2-Clause */
/* From the root pointer to the tables: what is followed, what is refused, what hides what. */
#include "firmware.h"

#define RSDP 0xf0010u
#define ROOT 0x10000u
#define ROOT2 0x11003u
#define FADT 0x12001u
#define DSDT 0x20000u
#define DSDT2 0x21000u
#define SSDT1 0x30005u
#define SSDT2 0x31000u
#define PAGE1 0xfeffb000u
#define PAGE2 0xfeffd000u

/* Names that a region was written to, or not. */
#define UNTOUCHED 0x5a

static int find(struct firmware *firmware, struct vmclock_region *region)
{
    memset(region, UNTOUCHED, sizeof *region);
    return vmclock_acpi_find(&firmware->memory, RSDP, region);
}

static void expect_error(struct firmware *firmware, int error)
{
    struct vmclock_region region, untouched;

    memset(&untouched, UNTOUCHED, sizeof untouched);
    assert_int_equal(find(firmware, &region), error);
    assert_memory_equal(&region, &untouched, sizeof region);
    firmware_free(firmware);
}

static void expect_page(struct firmware *firmware, uint64_t page, uint64_t table)
{
    struct vmclock_region region;

    assert_int_equal(find(firmware, &region), 0);
    assert_int_equal(region.phys, page);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.source, VMCLOCK_SOURCE_ACPI);
    assert_int_equal(region.origin_phys, table);
    assert_int_equal(region.origin_offset, 36);
    assert_int_equal(region.interrupt_cells, 0);
    assert_int_equal(firmware->strays, 0);
    firmware_free(firmware);
}

/* A machine with one SSDT by way of an XSDT, to be spoilt. */
static void simple(struct firmware *firmware, uint8_t **rsdp, uint8_t **xsdt, uint8_t **ssdt)
{
    const uint64_t entries[] = {SSDT1};

    firmware_init(firmware);
    *rsdp = firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    *xsdt = firmware_add_root(firmware, ROOT, 8, entries, 1);
    *ssdt = firmware_add_device(firmware, SSDT1, PAGE1);
}

static void revision_2_xsdt(void **state)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void revision_0_rsdt(void **state)
{
    const uint64_t entries[] = {SSDT1};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 0, ROOT2, 0);
    firmware_add_root(&firmware, ROOT2, 4, entries, 1);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void revision_2_without_xsdt(void **state)
{
    const uint64_t entries[] = {SSDT1};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, ROOT2, 0);
    firmware_add_root(&firmware, ROOT2, 4, entries, 1);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

/* The XSDT and the RSDT lead to different devices. */
static void two_roots(struct firmware *firmware, uint8_t **xsdt)
{
    const uint64_t entries[] = {SSDT1};
    const uint64_t entries2[] = {SSDT2};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, ROOT2, ROOT);
    *xsdt = firmware_add_root(firmware, ROOT, 8, entries, 1);
    firmware_add_root(firmware, ROOT2, 4, entries2, 1);
    firmware_add_device(firmware, SSDT1, PAGE1);
    firmware_add_device(firmware, SSDT2, PAGE2);
}

static void xsdt_before_rsdt(void **state)
{
    struct firmware firmware;
    uint32_t found;
    uint8_t *xsdt;
    (void)state;
    two_roots(&firmware, &xsdt);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 0, &found), 0);
    assert_int_equal(found, 1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void rsdt_when_xsdt_is_damaged(void **state)
{
    struct firmware firmware;
    uint8_t *xsdt;
    (void)state;
    two_roots(&firmware, &xsdt);
    xsdt[9]++;
    expect_page(&firmware, PAGE2, SSDT2);
}

static void rsdt_when_xsdt_has_another_signature(void **state)
{
    struct firmware firmware;
    uint8_t *xsdt;
    (void)state;
    two_roots(&firmware, &xsdt);
    xsdt[0] = 'R';
    table_fix(xsdt);
    expect_page(&firmware, PAGE2, SSDT2);
}

static void null_entries(void **state)
{
    const uint64_t entries[] = {0, SSDT1, 0};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 3);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void other_tables_are_not_read(void **state)
{
    const uint64_t entries[] = {DSDT, SSDT1};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 2);
    firmware_add(&firmware, DSDT, "HPET\xff\xff\xff\x7f", 8); /* no more than its header's start */
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void half_an_entry_is_no_entry(void **state)
{
    uint64_t entries[] = {SSDT1, SSDT2};
    struct firmware firmware;
    struct vmclock_region regions[2];
    uint32_t found;
    uint8_t *xsdt;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    xsdt = firmware_add_root(&firmware, ROOT, 8, entries, 2);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    firmware_add_device(&firmware, SSDT2, PAGE2);
    put32(xsdt + 4, 36 + 8 + 7);
    table_fix(xsdt);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 2, &found), 0);
    assert_int_equal(found, 1);
    firmware_free(&firmware);
}

/* The root pointer. */
static void rsdp_spoilt(size_t offset, uint8_t value, int fix_sums, int error)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;

    simple(&firmware, &rsdp, &xsdt, &ssdt);
    rsdp[offset] = value;
    if (fix_sums)
        rsdp_fix(rsdp);
    expect_error(&firmware, error);
}

static void rsdp_signature(void **state)
{
    (void)state;
    rsdp_spoilt(0, 'r', 1, VMCLOCK_ERR_RSDP);
    rsdp_spoilt(7, 0, 1, VMCLOCK_ERR_RSDP);
}

static void rsdp_checksum(void **state)
{
    struct firmware firmware;
    (void)state;
    rsdp_spoilt(9, 1, 0, VMCLOCK_ERR_RSDP);
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 0, ROOT, 0)[9]++;
    expect_error(&firmware, VMCLOCK_ERR_RSDP);
}

static void rsdp_extended_checksum(void **state)
{
    (void)state;
    rsdp_spoilt(33, 1, 0, VMCLOCK_ERR_RSDP);
}

static void rsdp_length(void **state)
{
    (void)state;
    rsdp_spoilt(20, 35, 1, VMCLOCK_ERR_RSDP);
    rsdp_spoilt(21, 2, 1, VMCLOCK_ERR_RSDP);
    rsdp_spoilt(20, 37, 1, VMCLOCK_ERR_MAP); /* longer than what is there */
}

static void rsdp_without_root(void **state)
{
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, 0);
    expect_error(&firmware, VMCLOCK_ERR_RSDP);
}

static void rsdp_not_there(void **state)
{
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    expect_error(&firmware, VMCLOCK_ERR_MAP);
}

static void rsdp_at_the_end_of_the_address_space(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    (void)state;
    firmware_init(&firmware);
    assert_int_equal(vmclock_acpi_find(&firmware.memory, UINT64_MAX - 4, &region), VMCLOCK_ERR_MAP);
    assert_int_equal(firmware.maps, 0);
    firmware_free(&firmware);
}

/* Damaged tables. */
static void table_checksum(void **state)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    ssdt[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    xsdt[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
}

static void table_length(void **state)
{
    static const uint32_t lengths[] = {0, 8, 35, VMCLOCK_ACPI_MAX_TABLE + 1, 0xffffffff};
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        simple(&firmware, &rsdp, &xsdt, &ssdt);
        put32(ssdt + 4, lengths[i]);
        expect_error(&firmware, VMCLOCK_ERR_TABLE);
        simple(&firmware, &rsdp, &xsdt, &ssdt);
        put32(xsdt + 4, lengths[i]);
        expect_error(&firmware, VMCLOCK_ERR_TABLE);
    }
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    put32(ssdt + 4, 0x1000); /* longer than what is there */
    expect_error(&firmware, VMCLOCK_ERR_MAP);
}

static void table_at_the_end_of_the_address_space(void **state)
{
    const uint64_t entries[] = {UINT64_MAX - 9};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 1);
    firmware_add(&firmware, UINT64_MAX - 9, "SSDT\x40\0\0\0", 8);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
}

static void every_mapping_may_fail(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    uint8_t *rsdp, *xsdt, *ssdt;
    size_t i, maps;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    assert_int_equal(find(&firmware, &region), 0);
    maps = firmware.maps;
    firmware_free(&firmware);
    for (i = 1; i <= maps; i++) {
        simple(&firmware, &rsdp, &xsdt, &ssdt);
        firmware.fail_at = i;
        expect_error(&firmware, VMCLOCK_ERR_MAP);
    }
}

static const void *map_directly(void *context, uint64_t phys, size_t length)
{
    const struct firmware *firmware = context;
    size_t i;

    (void)length;
    for (i = 0; i < firmware->count; i++) {
        if (phys >= firmware->pieces[i].phys &&
            phys - firmware->pieces[i].phys < firmware->pieces[i].length)
            return firmware->pieces[i].bytes + (phys - firmware->pieces[i].phys);
    }
    return NULL;
}

static void unmap_may_be_null(void **state)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    firmware.memory.map = map_directly;
    firmware.memory.unmap = NULL;
    expect_page(&firmware, PAGE1, SSDT1);
}

/* A machine with a bad SSDT before a good one. */
static void with_bad_one(struct firmware *firmware, uint8_t **bad)
{
    const uint64_t entries[] = {SSDT2, SSDT1};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 2);
    *bad = firmware_add_device(firmware, SSDT2, PAGE2);
    firmware_add_device(firmware, SSDT1, PAGE1);
}

static void damaged_table_hides_nothing(void **state)
{
    struct firmware firmware;
    uint8_t *bad;
    (void)state;
    with_bad_one(&firmware, &bad);
    bad[9]++; /* checksum */
    expect_page(&firmware, PAGE1, SSDT1);
    with_bad_one(&firmware, &bad);
    put32(bad + 4, 12); /* length */
    expect_page(&firmware, PAGE1, SSDT1);
    with_bad_one(&firmware, &bad);
    bad[38] = 0x3f; /* package longer than the table */
    table_fix(bad);
    expect_page(&firmware, PAGE1, SSDT1);
    with_bad_one(&firmware, &bad);
    firmware.refused = SSDT2;
    expect_page(&firmware, PAGE1, SSDT1);
}

/* The FADT and its DSDT. */
static uint8_t *add_dsdt(struct firmware *firmware, uint64_t phys, uint32_t page)
{
    uint8_t *dsdt = firmware_add_device(firmware, phys, page);

    dsdt[0] = 'D';
    table_fix(dsdt);
    return dsdt;
}

static void with_fadt(struct firmware *firmware, size_t length, uint32_t dsdt, uint64_t x_dsdt)
{
    const uint64_t entries[] = {FADT};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 1);
    firmware_add_fadt(firmware, FADT, length, dsdt, x_dsdt);
}

static void dsdt_by_either_pointer(void **state)
{
    struct firmware firmware;
    uint8_t *fadt;
    (void)state;
    with_fadt(&firmware, 116, DSDT, 0); /* ACPI 1.0 */
    add_dsdt(&firmware, DSDT, PAGE1);
    expect_page(&firmware, PAGE1, DSDT);
    with_fadt(&firmware, 244, DSDT, 0);
    add_dsdt(&firmware, DSDT, PAGE1);
    expect_page(&firmware, PAGE1, DSDT);
    with_fadt(&firmware, 244, 0, UINT64_C(0x100000001));
    add_dsdt(&firmware, UINT64_C(0x100000001), PAGE1);
    expect_page(&firmware, PAGE1, UINT64_C(0x100000001));
    with_fadt(&firmware, 148, DSDT, DSDT2); /* the 64-bit one counts */
    add_dsdt(&firmware, DSDT, PAGE1);
    add_dsdt(&firmware, DSDT2, PAGE2);
    expect_page(&firmware, PAGE2, DSDT2);
    with_fadt(&firmware, 147, DSDT, 0);
    fadt = firmware.pieces[2].bytes;
    put32(fadt + 140, DSDT2); /* cut off */
    table_fix(fadt);
    add_dsdt(&firmware, DSDT2, PAGE2);
    add_dsdt(&firmware, DSDT, PAGE1);
    expect_page(&firmware, PAGE1, DSDT);
}

static void dsdt_32_bit_when_64_bit_is_damaged(void **state)
{
    struct firmware firmware;
    (void)state;
    with_fadt(&firmware, 244, DSDT, DSDT2);
    add_dsdt(&firmware, DSDT, PAGE1);
    add_dsdt(&firmware, DSDT2, PAGE2)[9]++;
    expect_page(&firmware, PAGE1, DSDT);
}

static void dsdt_damaged(void **state)
{
    struct firmware firmware;
    uint8_t *dsdt;
    (void)state;
    with_fadt(&firmware, 244, DSDT, DSDT);
    add_dsdt(&firmware, DSDT, PAGE1)[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 244, DSDT, 0);
    dsdt = add_dsdt(&firmware, DSDT, PAGE1);
    dsdt[0] = 'S';
    table_fix(dsdt);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 244, 0, 0);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 40, 0, 0);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 244, DSDT, 0);
    expect_error(&firmware, VMCLOCK_ERR_MAP);
}

/* The most telling error. */
static int record(void *context, int error, const struct vmclock_region *region)
{
    int *errors = context;

    assert_int_equal(region->origin_phys != 0, 1);
    while (*errors != 1)
        errors++;
    errors[0] = error;
    errors[1] = 1;
    return 0;
}

static void device_error_before_table_error(void **state)
{
    const uint64_t entries[] = {DSDT, SSDT1, SSDT2};
    struct firmware firmware;
    int errors[8] = {1};
    uint8_t *ssdt;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 3);
    firmware_add_table(&firmware, DSDT, "SSDT", NULL, 0)[9]++;
    ssdt = firmware_add_device(&firmware, SSDT1, PAGE1);
    ssdt[36 + 31] = 0x81; /* the descriptor's tag */
    table_fix(ssdt);
    ssdt = firmware_add_device(&firmware, SSDT2, PAGE2);
    ssdt[36 + 27] = 0x14; /* an unknown ... */
    table_fix(ssdt);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, record, errors),
                     VMCLOCK_ERR_RESOURCE);
    assert_int_equal(errors[0], VMCLOCK_ERR_TABLE);
    assert_int_equal(errors[1], VMCLOCK_ERR_RESOURCE);
    assert_int_equal(errors[2], VMCLOCK_ERR_AML);
    assert_int_equal(errors[3], 1);
    expect_error(&firmware, VMCLOCK_ERR_RESOURCE);
}

static void no_device(void **state)
{
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, NULL, 0);
    expect_error(&firmware, VMCLOCK_ERR_NO_DEVICE);
}

/* Several devices. */
static void several(struct firmware *firmware)
{
    const uint64_t entries[] = {SSDT1, SSDT2, SSDT1};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 3);
    firmware_add_device(firmware, SSDT1, PAGE1);
    firmware_add_device(firmware, SSDT2, PAGE2);
}

static void all_devices_once(void **state)
{
    struct firmware firmware;
    struct vmclock_region regions[3];
    uint32_t found;
    (void)state;
    several(&firmware);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 3, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(regions[0].phys, PAGE1);
    assert_int_equal(regions[1].phys, PAGE2);
    memset(regions, UNTOUCHED, sizeof regions);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 1, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(regions[0].phys, PAGE1);
    assert_int_equal(regions[1].source, UNTOUCHED);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 0, &found), 0);
    assert_int_equal(found, 3);
    firmware_free(&firmware);
}

static int count_and_stop(void *context, int error, const struct vmclock_region *region)
{
    (void)region;
    assert_int_equal(error, 0);
    return ++*(int *)context == 2;
}

static void visitor_ends_the_search(void **state)
{
    struct firmware firmware;
    int visits = 0;
    size_t maps;
    (void)state;
    several(&firmware);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, count_and_stop, &visits), 0);
    assert_int_equal(visits, 2);
    maps = firmware.maps;
    firmware.maps = 0;
    visits = 2; /* does not come to the count at which it ends */
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, count_and_stop, &visits), 0);
    assert_int_equal(visits, 5);
    assert_int_equal(firmware.maps, maps + 4); /* entry, header twice, table */
    firmware_free(&firmware);
}

/* Limits. */
static void many_entries(void **state)
{
    uint64_t *entries = calloc(VMCLOCK_ACPI_MAX_ENTRIES + 1, sizeof *entries);
    struct firmware firmware;
    (void)state;
    entries[VMCLOCK_ACPI_MAX_ENTRIES - 1] = SSDT1;
    entries[VMCLOCK_ACPI_MAX_ENTRIES] = SSDT2;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, VMCLOCK_ACPI_MAX_ENTRIES + 1);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
    entries[VMCLOCK_ACPI_MAX_ENTRIES - 1] = 0;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, VMCLOCK_ACPI_MAX_ENTRIES + 1);
    firmware_add_device(&firmware, SSDT2, PAGE1);
    expect_error(&firmware, VMCLOCK_ERR_NO_DEVICE);
    free(entries);
}

static void many_bytes(void **state)
{
    const uint64_t entries[] = {0x1000000, 0x1000000, 0x1000000, SSDT1, 0x1000000, SSDT2};
    struct firmware firmware;
    int errors[8] = {1};
    uint8_t *big;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 6);
    big = firmware_add_table(&firmware, 0x1000000, "SSDT", NULL, VMCLOCK_ACPI_MAX_TABLE - 36);
    memcpy(big + 36,
           "\x08"
           "BIG0\x11",
           6); /* Name (BIG0, Buffer ...) up to the end */
    big[42] = 0xc0 | ((VMCLOCK_ACPI_MAX_TABLE - 42) & 0x0f);
    put32(big + 43, (VMCLOCK_ACPI_MAX_TABLE - 42) >> 4); /* the fourth byte is the size, Zero */
    table_fix(big);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    firmware_add_device(&firmware, SSDT2, PAGE2);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, record, errors), 0);
    assert_int_equal(errors[0], 0);
    assert_int_equal(errors[1], VMCLOCK_ERR_TABLE); /* the fourth big one */
    assert_int_equal(errors[2], 0);                 /* a small one still fits */
    assert_int_equal(errors[3], 1);
    firmware_free(&firmware);
}

/* Everything there is: both roots, a FADT, a DSDT, two SSDTs. */
static void whole(struct firmware *firmware)
{
    const uint64_t entries[] = {FADT, SSDT1, SSDT2};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, ROOT2, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 3);
    firmware_add_root(firmware, ROOT2, 4, entries, 3);
    firmware_add_fadt(firmware, FADT, 244, DSDT2, DSDT);
    add_dsdt(firmware, DSDT, PAGE1);
    add_dsdt(firmware, DSDT2, PAGE1);
    firmware_add_device(firmware, SSDT1, PAGE1);
    firmware_add_device(firmware, SSDT2, PAGE2);
}

/* Any byte of any table, with and without making the checksums good again. */
static void every_byte_changed(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    struct piece *piece;
    size_t i, at;
    unsigned kind;
    uint8_t kept;
    (void)state;
    whole(&firmware);
    for (i = 0; i < firmware.count; i++) {
        piece = &firmware.pieces[i];
        for (at = 0; at < piece->length; at++) {
            kept = piece->bytes[at];
            for (kind = 0; kind < 6; kind++) {
                piece->bytes[at] = kind % 3 == 0 ? 0 : kind % 3 == 1 ? 0xff : (uint8_t)(kept + 1);
                if (kind >= 3 && i == 0)
                    rsdp_fix(piece->bytes);
                else if (kind >= 3 && (at < 4 || at > 7))
                    table_fix(piece->bytes);
                assert_true(is_named_result(find(&firmware, &region)));
            }
            piece->bytes[at] = kept;
            if (i == 0)
                rsdp_fix(piece->bytes);
            else
                table_fix(piece->bytes);
        }
    }
    firmware.strays = 0;
    expect_page(&firmware, PAGE1, DSDT);
}

static void arguments(void **state)
{
    struct firmware firmware;
    struct vmclock_memory no_map = {NULL, NULL, NULL};
    struct vmclock_region region;
    uint64_t phys;
    uint32_t found;
    (void)state;
    firmware_init(&firmware);
    assert_int_equal(vmclock_acpi_find(NULL, RSDP, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find(&no_map, RSDP, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find(&firmware.memory, RSDP, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 1, &found),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, &region, 1, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, NULL, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_rsdp(NULL, &phys), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_rsdp(&no_map, &phys), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_rsdp(&firmware.memory, NULL), VMCLOCK_ERR_ARGUMENT);
    firmware_free(&firmware);
}

/* The BIOS areas. */
static int bios(uint32_t ebda, uint32_t rsdp, uint64_t *found)
{
    struct firmware firmware;
    uint8_t *low, *high;
    int error;

    firmware_init(&firmware);
    low = firmware_add(&firmware, 0, NULL, 0xa0000);
    high = firmware_add(&firmware, 0xe0000, NULL, 0x20000);
    put16(low + 0x40e, ebda >> 4);
    if (rsdp != 0) {
        uint8_t *at = rsdp >= 0xe0000 ? high + rsdp - 0xe0000 : low + rsdp;

        memcpy(at, "RSD PTR ", 8);
        rsdp_fix(at);
    }
    error = vmclock_acpi_find_rsdp(&firmware.memory, found);
    assert_int_equal(firmware.strays, 0);
    firmware_free(&firmware);
    return error;
}

static void rsdp_in_bios_areas(void **state)
{
    static const uint32_t good[] = {0x9fc00, 0x9ffe0, 0xe0000, 0xf59e0, 0xfffe0};
    static const uint32_t bad[] = {0, 0x9fbf0, 0xf59e8};
    uint64_t found = 7;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(bios(0x9fc00, bad[i], &found), VMCLOCK_ERR_RSDP);
    assert_int_equal(bios(0, 0x10, &found), VMCLOCK_ERR_RSDP); /* 0: there is no EBDA */
    assert_int_equal(bios(0xffff0, 0, &found), VMCLOCK_ERR_RSDP);
    assert_int_equal(found, 7);
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(bios(0x9fc00, good[i], &found), 0);
        assert_int_equal(found, good[i]);
    }
}

static void bios_areas_not_there(void **state)
{
    struct firmware firmware;
    uint64_t found;
    (void)state;
    firmware_init(&firmware);
    assert_int_equal(vmclock_acpi_find_rsdp(&firmware.memory, &found), VMCLOCK_ERR_MAP);
    firmware_free(&firmware);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revision_2_xsdt),
        cmocka_unit_test(revision_0_rsdt),
        cmocka_unit_test(revision_2_without_xsdt),
        cmocka_unit_test(xsdt_before_rsdt),
        cmocka_unit_test(rsdt_when_xsdt_is_damaged),
        cmocka_unit_test(rsdt_when_xsdt_has_another_signature),
        cmocka_unit_test(null_entries),
        cmocka_unit_test(other_tables_are_not_read),
        cmocka_unit_test(half_an_entry_is_no_entry),
        cmocka_unit_test(rsdp_signature),
        cmocka_unit_test(rsdp_checksum),
        cmocka_unit_test(rsdp_extended_checksum),
        cmocka_unit_test(rsdp_length),
        cmocka_unit_test(rsdp_without_root),
        cmocka_unit_test(rsdp_not_there),
        cmocka_unit_test(rsdp_at_the_end_of_the_address_space),
        cmocka_unit_test(table_checksum),
        cmocka_unit_test(table_length),
        cmocka_unit_test(table_at_the_end_of_the_address_space),
        cmocka_unit_test(every_mapping_may_fail),
        cmocka_unit_test(unmap_may_be_null),
        cmocka_unit_test(damaged_table_hides_nothing),
        cmocka_unit_test(dsdt_by_either_pointer),
        cmocka_unit_test(dsdt_32_bit_when_64_bit_is_damaged),
        cmocka_unit_test(dsdt_damaged),
        cmocka_unit_test(device_error_before_table_error),
        cmocka_unit_test(no_device),
        cmocka_unit_test(all_devices_once),
        cmocka_unit_test(visitor_ends_the_search),
        cmocka_unit_test(many_entries),
        cmocka_unit_test(many_bytes),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(arguments),
        cmocka_unit_test(rsdp_in_bios_areas),
        cmocka_unit_test(bios_areas_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
