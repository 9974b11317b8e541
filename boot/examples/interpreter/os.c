/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ACPICA asks of a system, where there is one CPU, one thread and no interrupt, and memory is mapped one
 * to one. A system of yours has more to give here; none of it is of this library.
 */
#include <acpi.h>
#include <platform.h>
#include <stdio.h>
#include <stdlib.h>
#include <vmclock/acpi.h>

#define PCI_ADDRESS 0xcf8
#define PCI_DATA 0xcfc
#define TICKS_PER_US 1000 /* at the least: what waits may wait for longer */

/* Memory. */

void *AcpiOsAllocate(ACPI_SIZE size)
{
    return malloc(size);
}

void AcpiOsFree(void *memory)
{
    free(memory);
}

void *AcpiOsMapMemory(ACPI_PHYSICAL_ADDRESS phys, ACPI_SIZE length)
{
    return (void *)(uintptr_t)platform_map(phys, length);
}

void AcpiOsUnmapMemory(void *memory, ACPI_SIZE length)
{
    (void)memory;
    (void)length;
}

static const void *map(void *context, uint64_t phys, size_t length)
{
    (void)context;
    return AcpiOsMapMemory(phys, length);
}

ACPI_PHYSICAL_ADDRESS AcpiOsGetRootPointer(void)
{
    const struct vmclock_memory memory = {map, NULL, NULL};
    uint64_t rsdp_phys = 0;

    (void)vmclock_acpi_find_rsdp(&memory, &rsdp_phys);
    return rsdp_phys;
}

/* A copy: what is asked for need not be aligned. */
static void copy(volatile UINT8 *to, const volatile UINT8 *from, UINT32 width)
{
    for (UINT32 i = 0; i < width / 8; i++)
        to[i] = from[i];
}

ACPI_STATUS AcpiOsReadMemory(ACPI_PHYSICAL_ADDRESS phys, UINT64 *value, UINT32 width)
{
    const void *memory = AcpiOsMapMemory(phys, width / 8);

    *value = 0;
    if (!memory)
        return AE_NOT_EXIST;
    copy((UINT8 *)value, memory, width);
    return AE_OK;
}

ACPI_STATUS AcpiOsWriteMemory(ACPI_PHYSICAL_ADDRESS phys, UINT64 value, UINT32 width)
{
    void *memory = AcpiOsMapMemory(phys, width / 8);

    if (!memory)
        return AE_NOT_EXIST;
    copy(memory, (const UINT8 *)&value, width);
    return AE_OK;
}

/* Ports, and PCI's configuration by them. */

ACPI_STATUS AcpiOsReadPort(ACPI_IO_ADDRESS port, UINT32 *value, UINT32 width)
{
    *value = 0;
    if (width == 8)
        __asm__ volatile("inb %w1, %b0" : "+a"(*value) : "Nd"(port));
    else if (width == 16)
        __asm__ volatile("inw %w1, %w0" : "+a"(*value) : "Nd"(port));
    else
        __asm__ volatile("inl %w1, %0" : "+a"(*value) : "Nd"(port));
    return AE_OK;
}

ACPI_STATUS AcpiOsWritePort(ACPI_IO_ADDRESS port, UINT32 value, UINT32 width)
{
    if (width == 8)
        __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
    else if (width == 16)
        __asm__ volatile("outw %w0, %w1" : : "a"(value), "Nd"(port));
    else
        __asm__ volatile("outl %0, %w1" : : "a"(value), "Nd"(port));
    return AE_OK;
}

/* The port at which the register then is. */
static ACPI_IO_ADDRESS choose(const ACPI_PCI_ID *id, UINT32 at)
{
    AcpiOsWritePort(PCI_ADDRESS,
                    0x80000000 | (UINT32)id->Bus << 16 | (UINT32)id->Device << 11 |
                        (UINT32)id->Function << 8 | (at & 0xfc),
                    32);
    return PCI_DATA + (at & 3);
}

ACPI_STATUS AcpiOsReadPciConfiguration(ACPI_PCI_ID *id, UINT32 at, UINT64 *value, UINT32 width)
{
    UINT32 read;

    if (id->Segment || at > 0xff || width > 32)
        return AE_SUPPORT;
    AcpiOsReadPort(choose(id, at), &read, width);
    *value = read;
    return AE_OK;
}

ACPI_STATUS AcpiOsWritePciConfiguration(ACPI_PCI_ID *id, UINT32 at, UINT64 value, UINT32 width)
{
    if (id->Segment || at > 0xff || width > 32)
        return AE_SUPPORT;
    return AcpiOsWritePort(choose(id, at), (UINT32)value, width);
}

/* Time. */

UINT64 AcpiOsGetTimer(void) /* in 100 ns */
{
    return __builtin_ia32_rdtsc() / (TICKS_PER_US / 10);
}

void AcpiOsStall(UINT32 us)
{
    const UINT64 began = __builtin_ia32_rdtsc();

    while (__builtin_ia32_rdtsc() - began < (UINT64)us * TICKS_PER_US)
        ;
}

void AcpiOsSleep(UINT64 ms)
{
    for (; ms; ms--)
        AcpiOsStall(1000);
}

/* What it says. */

void AcpiOsVprintf(const char *format, va_list arguments)
{
    vprintf(format, arguments);
}

void AcpiOsPrintf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AcpiOsVprintf(format, arguments);
    va_end(arguments);
}

/* What there is nobody for: other threads, interrupts, somebody who has better tables. */

ACPI_STATUS AcpiOsInitialize(void)
{
    return AE_OK;
}

ACPI_STATUS AcpiOsTerminate(void)
{
    return AE_OK;
}

ACPI_STATUS AcpiOsCreateLock(ACPI_SPINLOCK *lock)
{
    *lock = (ACPI_SPINLOCK)1;
    return AE_OK;
}

void AcpiOsDeleteLock(ACPI_SPINLOCK lock)
{
    (void)lock;
}

ACPI_CPU_FLAGS AcpiOsAcquireLock(ACPI_SPINLOCK lock)
{
    (void)lock;
    return 0;
}

void AcpiOsReleaseLock(ACPI_SPINLOCK lock, ACPI_CPU_FLAGS flags)
{
    (void)lock;
    (void)flags;
}

ACPI_STATUS AcpiOsCreateSemaphore(UINT32 most, UINT32 units, ACPI_SEMAPHORE *semaphore)
{
    (void)most;
    *semaphore = malloc(sizeof(units));
    if (!*semaphore)
        return AE_NO_MEMORY;
    *(UINT32 *)*semaphore = units;
    return AE_OK;
}

ACPI_STATUS AcpiOsDeleteSemaphore(ACPI_SEMAPHORE semaphore)
{
    free(semaphore);
    return AE_OK;
}

ACPI_STATUS AcpiOsWaitSemaphore(ACPI_SEMAPHORE semaphore, UINT32 units, UINT16 timeout)
{
    UINT32 *left = semaphore;

    (void)timeout;
    if (*left < units)
        return AE_TIME; /* nobody would ever signal it */
    *left -= units;
    return AE_OK;
}

ACPI_STATUS AcpiOsSignalSemaphore(ACPI_SEMAPHORE semaphore, UINT32 units)
{
    *(UINT32 *)semaphore += units;
    return AE_OK;
}

ACPI_THREAD_ID AcpiOsGetThreadId(void)
{
    return 1;
}

ACPI_STATUS AcpiOsExecute(ACPI_EXECUTE_TYPE type, ACPI_OSD_EXEC_CALLBACK function, void *context)
{
    (void)type;
    function(context);
    return AE_OK;
}

void AcpiOsWaitEventsComplete(void)
{
}

UINT32 AcpiOsInstallInterruptHandler(UINT32 interrupt, ACPI_OSD_HANDLER handler, void *context)
{
    (void)interrupt;
    (void)handler;
    (void)context;
    return AE_OK;
}

ACPI_STATUS AcpiOsRemoveInterruptHandler(UINT32 interrupt, ACPI_OSD_HANDLER handler)
{
    (void)interrupt;
    (void)handler;
    return AE_OK;
}

ACPI_STATUS AcpiOsPredefinedOverride(const ACPI_PREDEFINED_NAMES *name, ACPI_STRING *value)
{
    (void)name;
    *value = NULL;
    return AE_OK;
}

ACPI_STATUS AcpiOsTableOverride(ACPI_TABLE_HEADER *table, ACPI_TABLE_HEADER **other)
{
    (void)table;
    *other = NULL;
    return AE_OK;
}

ACPI_STATUS AcpiOsPhysicalTableOverride(ACPI_TABLE_HEADER *table, ACPI_PHYSICAL_ADDRESS *other,
                                        UINT32 *length)
{
    (void)table;
    *other = 0;
    *length = 0;
    return AE_OK;
}

ACPI_STATUS AcpiOsSignal(UINT32 function, void *info)
{
    (void)function;
    (void)info;
    return AE_OK;
}

ACPI_STATUS AcpiOsEnterSleep(UINT8 state, UINT32 a, UINT32 b)
{
    (void)state;
    (void)a;
    (void)b;
    return AE_OK;
}
