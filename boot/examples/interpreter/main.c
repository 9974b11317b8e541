/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Your system with an AML interpreter: it finds the page also where only that can tell what _STA and _CRS
 * are, and prints UTC, and how far that may be off. What is shown with ACPICA is the same with others: the
 * devices by both ids, bit 0 of _STA, the bytes of _CRS.
 */
#include <acpi.h>
#include <platform.h>
#include <stdio.h>
#include <vmclock/acpi.h>
#include <vmclock/vmclock.h>

#define TABLES 16

static ACPI_STATUS start_interpreter(void)
{
    ACPI_STATUS status = AcpiInitializeSubsystem();

    if (ACPI_SUCCESS(status))
        status = AcpiInitializeTables(NULL, TABLES, TRUE);
    if (ACPI_SUCCESS(status))
        status = AcpiLoadTables();
    if (ACPI_SUCCESS(status)) /* there is nobody to take its interrupts */
        status =
            AcpiEnableSubsystem(ACPI_NO_ACPI_ENABLE | ACPI_NO_HANDLER_INIT | ACPI_NO_EVENT_INIT);
    return ACPI_SUCCESS(status) ? AcpiInitializeObjects(ACPI_FULL_INITIALIZATION) : status;
}

/* Called for devices that _STA says are there. */
static ACPI_STATUS visit(ACPI_HANDLE device, UINT32 level, void *region, void **unused)
{
    ACPI_BUFFER crs = {ACPI_ALLOCATE_BUFFER, NULL};
    const ACPI_OBJECT *buffer;
    int error;

    (void)level;
    (void)unused;
    if (ACPI_FAILURE(AcpiEvaluateObjectTyped(device, "_CRS", NULL, &crs, ACPI_TYPE_BUFFER)))
        return AE_OK;
    buffer = crs.Pointer;
    error = vmclock_acpi_parse_crs(buffer->Buffer.Pointer, buffer->Buffer.Length, region);
    AcpiOsFree(crs.Pointer);
    return error ? AE_OK : AE_CTRL_TERMINATE;
}

static int find(struct vmclock_region *region)
{
    region->length = 0;
    AcpiGetDevices(VMCLOCK_ACPI_HID, visit, region, NULL);
    if (region->length == 0)
        AcpiGetDevices(VMCLOCK_ACPI_CID, visit, region, NULL);
    return region->length ? 0 : VMCLOCK_ERR_NO_DEVICE;
}

static int utc_now(struct vmclock_utc_reading *now)
{
    struct vmclock_region region;
    struct vmclock clk;
    const volatile void *page;
    int error = find(&region);

    if (error)
        return error;
    page = platform_map(region.phys, region.length);
    if (!page)
        return VMCLOCK_ERR_MAP;
    error = vmclock_open(&clk, page, region.length);
    return error ? error : vmclock_utc_now(&clk, now);
}

int main(void)
{
    struct vmclock_utc_reading now;
    char line[VMCLOCK_TEXT_LINE_SIZE];
    ACPI_STATUS status = start_interpreter();
    int error;

    if (ACPI_FAILURE(status)) {
        printf("no interpreter: %s\n", AcpiFormatException(status));
        return 1;
    }
    error = utc_now(&now);
    if (!error)
        error = vmclock_text_reading(&now, line, sizeof(line));
    printf("%s\n", error ? vmclock_error_text(error) : line);
    return error != 0;
}
