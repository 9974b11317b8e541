/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loader.c - an application that loads the driver as often and with what words it is told to: lines over COM2.
 *
 *     load FILE [WORDS]   the status of LoadImage, else of StartImage, hexadecimal; 0x100 and it: of the former
 *     unload              of UnloadImage, of what was loaded last and stayed
 *     hide                the firmware has no tables of ACPI from here on; the status
 *     cycle N             N hundred times and once both; then the status, and by how many more pages are not
 *                         free and more handles there are than before
 *     state               error, clock_error and clock as numbers, then the names
 *     ticks               of the counter that the last start took
 *     tpl                 the status of each function at TPL_HIGH_LEVEL
 *
 * Each is answered by a line; "ready" is said when it begins.
 */
#include <vmclock/protocol.h>
#include "boot/efi/console.h"
#include "boot/efi/machine.h"
#include "boot/efi/protocol.h"

#define LINE_MAX 160u

struct loader {
    EFI_HANDLE image;
    EFI_SYSTEM_TABLE *system;
    EFI_LOADED_IMAGE *own;
    struct line line;
    EFI_HANDLE driver; /* loaded last, of those that stayed */
    UINT64 ticks;      /* of its start */
};

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

static CHAR16 words[LINE_MAX];

static void say(struct loader *loader, const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    line_write(&loader->line, text, length);
}

static void say_hex(struct loader *loader, UINT64 value)
{
    char text[17];
    unsigned digits = 0;

    do
        digits++;
    while (digits < 16 && value >> 4 * digits);
    for (unsigned i = 0; i < digits; i++)
        text[i] = "0123456789abcdef"[value >> 4 * (digits - 1 - i) & 15];
    text[digits] = '\0';
    say(loader, text);
}

static void say_wide(struct loader *loader, const unsigned short *wide)
{
    for (; *wide; wide++) {
        char letter = (char)*wide;

        line_write(&loader->line, &letter, 1);
    }
}

/* EFI's error without the top bit. */
static void say_status(struct loader *loader, EFI_STATUS status)
{
    say_hex(loader, status & ~EFI_ERROR_MASK);
}

static UINT64 ticks_now(void)
{
    UINT32 low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (UINT64)high << 32 | low;
}

/* The path of the file beside this application: its device's, and the file's node. */
static EFI_DEVICE_PATH *path_of(struct loader *loader, const char *name, unsigned char *room)
{
    EFI_GUID guid = EFI_DEVICE_PATH_PROTOCOL_GUID;
    void *found;
    const unsigned char *from;
    EFI_DEVICE_PATH *node;
    size_t length = 0, i;

    if (EFI_ERROR(protocol_find(loader->system, loader->own->DeviceHandle, &guid, &found)))
        return NULL;
    for (node = found; !IsDevicePathEnd(node); node = NextDevicePathNode(node))
        ;
    for (from = found; from < (unsigned char *)node; from++)
        room[length++] = *from;
    room[length] = MEDIA_DEVICE_PATH;
    room[length + 1] = MEDIA_FILEPATH_DP;
    for (i = 0; name[i] > ' '; i++) {
        room[length + 4 + 2 * i] = (unsigned char)name[i];
        room[length + 5 + 2 * i] = 0;
    }
    room[length + 4 + 2 * i] = room[length + 5 + 2 * i] = 0;
    room[length + 2] = (unsigned char)(6 + 2 * i);
    room[length + 3] = 0;
    length += 6 + 2 * i;
    room[length] = END_DEVICE_PATH_TYPE;
    room[length + 1] = END_ENTIRE_DEVICE_PATH_SUBTYPE;
    room[length + 2] = 4;
    room[length + 3] = 0;
    return (EFI_DEVICE_PATH *)room;
}

static EFI_LOADED_IMAGE *loaded_of(struct loader *loader, EFI_HANDLE image)
{
    EFI_GUID guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
    void *found;

    return EFI_ERROR(protocol_find(loader->system, image, &guid, &found)) ? NULL : found;
}

static void set_words(EFI_LOADED_IMAGE *loaded, const char *text)
{
    UINT32 i;

    if (!loaded)
        return;
    for (i = 0; text[i]; i++)
        words[i] = (CHAR16)(unsigned char)text[i];
    loaded->LoadOptions = i ? words : NULL;
    loaded->LoadOptionsSize = i * (UINT32)sizeof(words[0]);
}

/* name: up to a blank, then the words. */
static EFI_STATUS load(struct loader *loader, const char *name)
{
    static unsigned char room[512];
    EFI_BOOT_SERVICES *services = loader->system->BootServices;
    EFI_DEVICE_PATH *path = path_of(loader, name, room);
    EFI_HANDLE image;
    EFI_STATUS status;

    status = services->LoadImage(FALSE, loader->image, path, NULL, 0, &image);
    if (EFI_ERROR(status))
        return status | 0x100;
    while (*name > ' ')
        name++;
    set_words(loaded_of(loader, image), *name ? name + 1 : name);
    loader->ticks = ticks_now();
    status = services->StartImage(image, NULL, NULL);
    loader->ticks = ticks_now() - loader->ticks;
    if (loaded_of(loader, image))
        loader->driver = image;
    return status;
}

/* Pages that are not free, by the memory map. */
static UINT64 pages_in_use(struct loader *loader)
{
    static UINT64 map[8192];
    UINTN size = sizeof(map), key, step;
    UINT32 version;
    UINT64 pages = 0;

    if (EFI_ERROR(loader->system->BootServices->GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map,
                                                             &key, &step, &version)))
        return 0;
    for (UINTN at = 0; at + step <= size; at += step) {
        const EFI_MEMORY_DESCRIPTOR *descriptor =
            (const EFI_MEMORY_DESCRIPTOR *)((const char *)map + at);

        if (descriptor->Type != EfiConventionalMemory)
            pages += descriptor->NumberOfPages;
    }
    return pages;
}

static UINTN handles_in_use(struct loader *loader)
{
    UINTN size = 0;

    (void)loader->system->BootServices->LocateHandle(AllHandles, NULL, NULL, &size, NULL);
    return size / sizeof(EFI_HANDLE);
}

static void cycle(struct loader *loader, unsigned count)
{
    UINT64 pages = pages_in_use(loader);
    UINTN handles = handles_in_use(loader);
    EFI_STATUS status = EFI_SUCCESS;

    while (count-- && !EFI_ERROR(status)) {
        status = load(loader, "driver.efi");
        if (!EFI_ERROR(status))
            status = loader->system->BootServices->UnloadImage(loader->driver);
    }
    say_status(loader, status);
    say(loader, " ");
    say_hex(loader, pages_in_use(loader) - pages);
    say(loader, " ");
    say_hex(loader, handles_in_use(loader) - handles);
}

static struct vmclock_protocol *clock_of(struct loader *loader)
{
    EFI_GUID guid = VMCLOCK_PROTOCOL_GUID;
    void *found;

    return EFI_ERROR(protocol_find(loader->system, NULL, &guid, &found)) ? NULL : found;
}

static void state(struct loader *loader)
{
    struct vmclock_protocol *clock = clock_of(loader);
    static struct vmclock_protocol_state now;

    if (!clock || clock->state(clock, 0, sizeof(now), &now) != EFI_SUCCESS) {
        say(loader, "none");
        return;
    }
    say_hex(loader, (UINT64)-now.error);
    say(loader, " ");
    say_hex(loader, (UINT64)-now.clock_error);
    say(loader, " ");
    say_hex(loader, now.clock);
    say(loader, " ");
    say_wide(loader, now.name);
    say(loader, " ");
    say_wide(loader, now.error_name);
    say(loader, " ");
    say_wide(loader, now.text);
}

/* The status of each function, at the highest priority that there is. */
static void at_high_level(struct loader *loader)
{
    struct vmclock_protocol *clock = clock_of(loader);
    struct vmclock_protocol_region region;
    struct vmclock_protocol_snapshot snapshot;
    struct vmclock_protocol_utc utc;
    static struct vmclock_protocol_state now;
    EFI_STATUS status[4];
    EFI_TPL before;

    if (!clock)
        return;
    before = loader->system->BootServices->RaiseTPL(TPL_HIGH_LEVEL);
    status[0] = clock->region(clock, sizeof(region), &region);
    status[1] = clock->snapshot(clock, 1, sizeof(snapshot), &snapshot);
    status[2] = clock->utc(clock, 1, sizeof(utc), &utc);
    status[3] = clock->state(clock, 1, sizeof(now), &now);
    loader->system->BootServices->RestoreTPL(before);
    for (unsigned i = 0; i < 4; i++) {
        say_status(loader, status[i]);
        say(loader, i < 3 ? " " : "");
    }
}

static EFI_STATUS hide(struct loader *loader)
{
    EFI_GUID guids[] = {ACPI_20_TABLE_GUID, ACPI_TABLE_GUID};
    EFI_STATUS status = EFI_SUCCESS;

    for (unsigned i = 0; i < 2 && (!EFI_ERROR(status) || status == EFI_NOT_FOUND); i++)
        status = loader->system->BootServices->InstallConfigurationTable(&guids[i], NULL);
    return status == EFI_NOT_FOUND ? EFI_SUCCESS : status;
}

static const char *after(const char *line, const char *word)
{
    while (*word && *line == *word) {
        line++;
        word++;
    }
    return *word ? NULL : line;
}

static void answer(struct loader *loader, const char *line)
{
    const char *rest;

    if ((rest = after(line, "load ")))
        say_status(loader, load(loader, rest));
    else if (after(line, "unload"))
        say_status(loader, loader->system->BootServices->UnloadImage(loader->driver));
    else if (after(line, "hide"))
        say_status(loader, hide(loader));
    else if ((rest = after(line, "cycle ")))
        cycle(loader, (unsigned)(rest[0] - '0') * 100 + 1);
    else if (after(line, "state"))
        state(loader);
    else if (after(line, "ticks"))
        say_hex(loader, loader->ticks);
    else if (after(line, "tpl"))
        at_high_level(loader);
    say(loader, "\n");
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    EFI_GUID guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
    static struct loader loader;
    static char line[LINE_MAX];
    unsigned length = 0;
    void *own;

    loader.image = image;
    loader.system = system;
    if (EFI_ERROR(protocol_find(system, image, &guid, &own)) ||
        EFI_ERROR(line_open(system, &loader.line)))
        return EFI_UNSUPPORTED;
    line_close(&loader.line); /* the port stays ours, the priority does not */
    loader.own = own;
    system->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
    console_print(system, "loader: ready\n");
    for (;;) {
        int letter = line_read(&loader.line);

        if (letter == '\n') {
            line[length] = '\0';
            length = 0;
            answer(&loader, line);
        } else if (letter >= 0 && length + 1 < LINE_MAX) {
            line[length++] = (char)letter;
        }
    }
}
