/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edk2_runtime.c - an application that does to the firmware what a system does, and asks it for the time: before,
 * after ExitBootServices, and where all of it has other addresses. Lines over COM1: the status and the time. First
 * it says that it is ready to boot, as a boot manager does: the firmware has said so before it loaded what is asked.
 *
 * All memory is mapped once more, at BASE, for the firmware's use; the first of its addresses lose what is at
 * 4 GiB, where the page is: whoever reads there ends the machine.
 */
#include "arch/x86/port.h"
#include "boot/efi/firmware.h"

#define COM1 0x3f8u
#define LINE_STATUS (COM1 + 5)
#define LINE_STATUS_ROOM 0x20u
#define ENTRIES 512u
#define BASE_ENTRY 16u
#define BASE ((UINT64)BASE_ENTRY << 39)
#define PAGE_ENTRY 4u /* of 1 GiB each */
#define TABLE UINT64_C(0x000ffffffffff000)
#define MAP_MAX 0x10000u

static UINT64 root[ENTRIES] __attribute__((aligned(4096)));
static UINT64 low[ENTRIES] __attribute__((aligned(4096)));
static UINT64 map[MAP_MAX / sizeof(UINT64)];

static void say(const char *text)
{
    for (; *text; text++) {
        while (!(vmclock_arch_port_read(LINE_STATUS) & LINE_STATUS_ROOM))
            ;
        vmclock_arch_port_write(COM1, (UINT8)*text);
    }
}

static void say_number(UINT64 value, unsigned digits)
{
    char text[21];
    unsigned i = sizeof(text) - 1;

    for (text[i] = '\0'; value || digits; value /= 10, digits -= digits != 0)
        text[--i] = (char)('0' + value % 10);
    say(text + i);
}

static void ask(const char *name, const EFI_RUNTIME_SERVICES *services)
{
    static const char after[] = {'-', '-', ' ', ':', ':'};
    EFI_TIME time;
    EFI_STATUS status = services->GetTime(&time, NULL);

    say(name);
    say_number(status & 0xff, 1);
    if (!EFI_ERROR(status)) {
        const unsigned fields[] = {time.Year, time.Month, time.Day, time.Hour, time.Minute};

        say(" ");
        for (unsigned i = 0; i < sizeof(after); i++) {
            say_number(fields[i], 2);
            say((char[]){after[i], '\0'});
        }
        say_number(time.Second, 2);
    }
    say("\r\n");
}

/* Both maps, in place of the firmware's one. */
static void map_twice(void)
{
    const UINT64 *old;
    UINT64 cr3;

    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    old = (const UINT64 *)(cr3 & TABLE);
    for (unsigned i = 0; i < ENTRIES; i++)
        root[i] = old[i];
    root[BASE_ENTRY] = old[0];
    old = (const UINT64 *)(old[0] & TABLE);
    for (unsigned i = 0; i < ENTRIES; i++)
        low[i] = i == PAGE_ENTRY ? 0 : old[i];
    root[0] = (UINT64)low | (root[0] & ~TABLE);
    __asm__ volatile("mov %0, %%cr3" : : "r"((UINT64)root) : "memory");
}

static EFI_STATUS move(const EFI_RUNTIME_SERVICES *services, UINTN size, UINTN step, UINT32 version)
{
    UINT8 *descriptors = (UINT8 *)map;

    map_twice();
    for (UINTN at = 0; at + step <= size; at += step) {
        EFI_MEMORY_DESCRIPTOR *range = (EFI_MEMORY_DESCRIPTOR *)(descriptors + at);

        if (range->Attribute & EFI_MEMORY_RUNTIME)
            range->VirtualStart = range->PhysicalStart + BASE;
    }
    return services->SetVirtualAddressMap(size, step, version, (EFI_MEMORY_DESCRIPTOR *)map);
}

static VOID EFIAPI nothing(EFI_EVENT event, VOID *context)
{
    (void)event;
    (void)context;
}

static void ready(EFI_BOOT_SERVICES *services)
{
    EFI_GUID guid = {0x7ce88fb3, 0x4bd7, 0x4679, {0x87, 0xa8, 0xa8, 0xd8, 0xde, 0xe5, 0x0d, 0x2b}};
    EFI_EVENT event;

    if (!EFI_ERROR(services->CreateEventEx(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, nothing, NULL, &guid,
                                           &event))) {
        services->SignalEvent(event);
        services->CloseEvent(event);
    }
}

/* Boot services, whose timer may change the map between the two calls. */
static EFI_STATUS end(EFI_HANDLE image, EFI_BOOT_SERVICES *services, UINTN *size, UINTN *step,
                      UINT32 *version)
{
    EFI_STATUS status = EFI_ABORTED;
    UINTN key;

    for (unsigned tries = 0; tries < 4 && EFI_ERROR(status); tries++) {
        *size = sizeof(map);
        status = services->GetMemoryMap(size, (EFI_MEMORY_DESCRIPTOR *)map, &key, step, version);
        if (!EFI_ERROR(status))
            status = services->ExitBootServices(image, key);
    }
    return status;
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    const EFI_RUNTIME_SERVICES *services = system->RuntimeServices;
    UINTN size, step;
    UINT32 version;
    BOOLEAN enabled, pending;
    EFI_TIME alarm;

    say("\r\n");
    ask("boot: ", services);
    ready(system->BootServices);
    if (EFI_ERROR(end(image, system->BootServices, &size, &step, &version)))
        return EFI_ABORTED;
    __asm__ volatile("cli");
    ask("ended: ", services);
    if (EFI_ERROR(move(services, size, step, version)))
        say("not moved\r\n");
    services = (const EFI_RUNTIME_SERVICES *)((UINT64)services + BASE);
    ask("moved: ", services);
    say("alarm: ");
    say_number(services->GetWakeupTime(&enabled, &pending, &alarm) & 0xff, 1);
    say("\r\n");
    for (;;)
        __asm__ volatile("hlt");
}
