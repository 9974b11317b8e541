/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include "firmware.h"

#define POOLS 4
#define NS_PER_SEC INT64_C(1000000000)

struct efi efi;

/* Memory that the firmware's map has: tables, then the page. */
static _Alignas(4096) uint8_t memory[2 * 4096];
static _Alignas(4096) uint8_t page[4096];

enum { AT_RSDP = 0, AT_XSDT = 64, AT_SSDT = 128 };

void efi_note(const char *format, ...)
{
    const size_t at = strlen(efi.said);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(efi.said + at, sizeof efi.said - at, format, arguments);
    va_end(arguments);
}

/* Not if it was done just now: by turns with another it is done again and again. */
static void note_once(const char *note)
{
    const size_t at = strlen(efi.said), few = strlen("<get><read>");
    if (!strstr(efi.said + (at > few ? at - few : 0), note)) {
        efi_note("%s", note);
    }
}

void efi_said_in_order(const char *first, const char *second)
{
    const char *at = strstr(efi.said, first);
    if (!at || !strstr(at + strlen(first), second)) {
        fail_msg("no \"%s\" and then \"%s\" in:\n%s", first, second, efi.said);
    }
}

static EFI_STATUS EFIAPI output(SIMPLE_TEXT_OUTPUT_INTERFACE *console, CHAR16 *text)
{
    unsigned length = 0;
    assert_ptr_equal(console, &efi.console);
    for (; text[length]; length++) {
        efi_note("%c", text[length] < 0x80 ? text[length] : '#');
    }
    efi.longest_piece = length > efi.longest_piece ? length : efi.longest_piece;
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI handle_protocol(EFI_HANDLE handle, EFI_GUID *guid, void **protocol)
{
    static const EFI_GUID shell = EFI_SHELL_PARAMETERS_PROTOCOL_GUID;
    const int is_shell = memcmp(guid, &shell, sizeof shell) == 0;
    void *found = is_shell ? (void *)efi.shell : (void *)efi.loaded;
    assert_ptr_equal(handle, &efi);
    if (found) {
        *protocol = found;
    }
    return found ? EFI_SUCCESS : is_shell ? efi.shell_status : efi.loaded_status;
}

static EFI_STATUS EFIAPI set_watchdog(UINTN seconds, UINT64 code, UINTN size, CHAR16 *data)
{
    assert_true(code == 0 && size == 0 && !data);
    efi_note("<watchdog %u>", (unsigned)seconds);
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI get_memory_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *key,
                                        UINTN *step, UINT32 *version)
{
    const EFI_MEMORY_DESCRIPTOR ranges[] = {
        {.Type = EfiACPIReclaimMemory, .PhysicalStart = (uintptr_t)memory, .NumberOfPages = 2},
        {.Type = efi.range_type, .PhysicalStart = efi.range_phys, .NumberOfPages = 1}};
    const int fits = map && *size >= sizeof ranges;
    *size = sizeof ranges;
    *step = efi.map_step;
    *key = 1;
    *version = 1;
    if (fits && !efi.map_status) {
        memcpy(map, ranges, sizeof ranges);
    }
    return fits ? efi.map_status : EFI_BUFFER_TOO_SMALL;
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, void *registration, void **protocol)
{
    static const EFI_GUID shell = EFI_SHELL_PROTOCOL_GUID, driver = VMCLOCK_PROTOCOL_GUID;
    void *found = memcmp(guid, &shell, sizeof shell) == 0     ? (void *)efi.break_shell
                  : memcmp(guid, &driver, sizeof driver) == 0 ? (void *)efi.driver
                                                              : NULL;
    assert_null(registration);
    if (found) {
        *protocol = found;
    }
    return found ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI stall(UINTN us)
{
    efi.stalled_us += us;
    if (efi.on_stall) {
        efi.on_stall();
    }
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI read_key(SIMPLE_INPUT_INTERFACE *keyboard, EFI_INPUT_KEY *key)
{
    const char said = *efi.keys;
    assert_ptr_equal(keyboard, &efi.keyboard);
    efi.keys += said != 0;
    if (said != 'k') {
        return said == 'x' ? EFI_DEVICE_ERROR : EFI_NOT_READY;
    }
    *key = (EFI_INPUT_KEY){0, 'k'};
    efi_note("<key>");
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI reset_system(EFI_RESET_TYPE type, EFI_STATUS status, UINTN size,
                                      CHAR16 *data)
{
    assert_true(type == EfiResetShutdown && !status && !size && !data);
    efi_note("<off>");
    return EFI_UNSUPPORTED;
}

static void EFIAPI enable_break(void)
{
    efi_note("<break on>");
    efi.page_break = 1;
}

static void EFIAPI disable_break(void)
{
    efi_note("<break off>");
    efi.page_break = 0;
}

static BOOLEAN EFIAPI get_break(void)
{
    return efi.page_break != 0;
}

void efi_breaks(void)
{
    static EFI_SHELL_PROTOCOL shell;
    shell.EnablePageBreak = enable_break;
    shell.DisablePageBreak = disable_break;
    shell.GetPageBreak = get_break;
    efi.break_shell = &shell;
}

static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE type, UINTN size, void **pool)
{
    (void)type;
    if (efi.pool_status) {
        return efi.pool_status;
    }
    *pool = malloc(size);
    efi.pools++;
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_pool(void *pool)
{
    free(pool);
    efi.pools--;
    return EFI_SUCCESS;
}

/* UTC by the counter, which is one of 1 GHz: page_fill's reference point. */
static int64_t utc_ns(void)
{
    return SEC_2017 * NS_PER_SEC + NS_PER_SEC / 2 +
           (int64_t)(efi.ticks - good_snapshot().ref_counter);
}

static EFI_STATUS EFIAPI get_time(EFI_TIME *time, EFI_TIME_CAPABILITIES *abilities)
{
    const int64_t now_ns = utc_ns() + efi.rtc_ahead_ns;
    const struct vmclock_utc utc = {now_ns / NS_PER_SEC, 0, 0};
    struct vmclock_civil civil;
    note_once("<get>");
    efi.gets++;
    efi.ticks += efi.step;
    if (efi.get_status) {
        return efi.get_status;
    }
    assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
    memset(time, 0, sizeof *time);
    time->Year = (UINT16)civil.year;
    time->Month = civil.month;
    time->Day = civil.day;
    time->Hour = civil.hour;
    time->Minute = civil.minute;
    time->Second = civil.second;
    time->Nanosecond = (UINT32)(now_ns % NS_PER_SEC);
    time->TimeZone = EFI_UNSPECIFIED_TIMEZONE;
    if (abilities) {
        memset(abilities, 0, sizeof *abilities);
    }
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI set_time(EFI_TIME *time)
{
    const struct vmclock_civil civil = {time->Year,   time->Month,  time->Day, time->Hour,
                                        time->Minute, time->Second, 0};
    struct vmclock_utc utc;
    efi_note("<set the clock>");
    efi.sets++;
    if (efi.set_status) {
        return efi.set_status;
    }
    assert_int_equal(vmclock_civil_to_utc(&civil, &utc), 0);
    /* It keeps its beat, as on PCs. */
    efi.rtc_ahead_ns += (utc.posix_sec - (utc_ns() + efi.rtc_ahead_ns) / NS_PER_SEC) * NS_PER_SEC;
    return EFI_SUCCESS;
}

static uint64_t read_counter(void *context)
{
    (void)context;
    efi.reads++;
    note_once("<read>");
    if (efi.on_read) {
        efi.on_read();
    }
    return efi.ticks += efi.step;
}

/* The page is read by the firmware's counter in place of the CPU's. */
int __wrap_vmclock_open(struct vmclock *clk, const volatile void *at, size_t length);

int __wrap_vmclock_open(struct vmclock *clk, const volatile void *at, size_t length)
{
    const struct vmclock_counter counter = {read_counter, NULL, 1};
    efi.opened_bytes = length;
    return vmclock_open_with_counter(clk, at, length, &counter);
}

/* The machine: boot/efi/machine.h. */

EFI_STATUS line_open(EFI_SYSTEM_TABLE *system, struct line *line)
{
    efi_note("<line open>");
    if (efi.line_status) {
        return efi.line_status;
    }
    line->system = system;
    return EFI_SUCCESS;
}

int line_read(void *context)
{
    assert_ptr_equal(((struct line *)context)->system, &efi.system);
    if (efi.on_ask) {
        efi.on_ask();
    }
    if (*efi.asked == '-') {
        efi.asked++;
        return -1;
    }
    return *efi.asked ? *efi.asked++ : 'q';
}

void line_write(void *context, const char *text, size_t length)
{
    assert_ptr_equal(((struct line *)context)->system, &efi.system);
    efi_note("<answer %.*s>", (int)length, text);
}

void line_close(struct line *line)
{
    assert_ptr_equal(line->system, &efi.system);
    efi_note("<line close>");
}

int machine_can_read(uintptr_t address)
{
    efi.asked_of = address;
    return !efi.not_mapped;
}

void machine_describe(struct text *text)
{
    text_put(text, "machine.cpu=made up");
    text_end_line(text);
}

void machine_exit(uint8_t code)
{
    efi_note("<exit %u>", code);
}

/* Tables. */

static void make_sum(uint8_t *bytes, size_t length, size_t at)
{
    uint8_t sum = 0;
    bytes[at] = 0;
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)-sum;
}

static void make_table(uint8_t *table, const char *signature, const void *body, size_t length)
{
    memset(table, 0, 36);
    memcpy(table, signature, 4);
    page_put(table, 4, 4, 36 + length);
    table[8] = 2;
    memcpy(table + 36, body, length);
    make_sum(table, 36 + length, 9);
}

void efi_acpi(uintptr_t at)
{
    /* Device (VCLK) { Name (_HID, "AMZNC10C") Name (_CRS, QWordMemory (at, 0x1000)) } */
    uint8_t device[] = "\x5b\x82\x4e\x04"
                       "VCLK\x08_HID\x0d"
                       "AMZNC10C\0\x08_CRS\x11\x33\x0a\x30"
                       "\x8a\x2b\0\0\x0c\x01\0\0\0\0\0\0\0\0min_____max_____trans___length__\x79";
    uint8_t entry[8], *range = device + 32;
    page_put(range, 6 + 8, 8, at);
    page_put(range, 6 + 16, 8, at + 0xfff);
    page_put(range, 6 + 24, 8, 0);
    page_put(range, 6 + 32, 8, 0x1000);
    make_table(memory + AT_SSDT, "SSDT", device, at ? sizeof device : 0);
    page_put(entry, 0, 8, (uintptr_t)(memory + AT_SSDT));
    make_table(memory + AT_XSDT, "XSDT", entry, sizeof entry);
    memset(memory + AT_RSDP, 0, 36);
    memcpy(memory + AT_RSDP, "RSD PTR ", 8);
    memory[AT_RSDP + 15] = 2;
    page_put(memory + AT_RSDP, 20, 4, 36);
    page_put(memory + AT_RSDP, 24, 8, (uintptr_t)(memory + AT_XSDT));
    make_sum(memory + AT_RSDP, 20, 8);
    make_sum(memory + AT_RSDP, 36, 32);
}

static void make_services(void)
{
    efi.system.Hdr.Signature = EFI_SYSTEM_TABLE_SIGNATURE;
    efi.system.Hdr.HeaderSize = sizeof efi.system;
    efi.system.ConOut = &efi.console;
    efi.system.ConIn = &efi.keyboard;
    efi.system.BootServices = &efi.boot;
    efi.system.RuntimeServices = &efi.runtime;
    efi.system.ConfigurationTable = efi.tables;
    efi.system.NumberOfTableEntries = 1;
    efi.tables[0].VendorGuid = (EFI_GUID)ACPI_20_TABLE_GUID;
    efi.tables[0].VendorTable = memory + AT_RSDP;
    efi.console.OutputString = output;
    efi.keyboard.ReadKeyStroke = read_key;
    efi.boot.Hdr.Signature = EFI_BOOT_SERVICES_SIGNATURE;
    efi.boot.Hdr.HeaderSize = sizeof efi.boot;
    efi.boot.HandleProtocol = handle_protocol;
    efi.boot.LocateProtocol = locate_protocol;
    efi.boot.Stall = stall;
    efi.boot.SetWatchdogTimer = set_watchdog;
    efi.boot.GetMemoryMap = get_memory_map;
    efi.boot.AllocatePool = allocate_pool;
    efi.boot.FreePool = free_pool;
    efi.runtime.Hdr.Signature = EFI_RUNTIME_SERVICES_SIGNATURE;
    efi.runtime.Hdr.HeaderSize = sizeof efi.runtime;
    efi.runtime.GetTime = get_time;
    efi.runtime.SetTime = set_time;
    efi.runtime.ResetSystem = reset_system;
}

void efi_start(void)
{
    memset(&efi, 0, sizeof efi);
    make_services();
    efi.shell_status = efi.loaded_status = EFI_UNSUPPORTED;
    efi.page = page;
    efi.ticks = good_snapshot().ref_counter;
    efi.asked = efi.keys = "";
    efi.range_phys = 0x7000;
    efi.map_step = sizeof(EFI_MEMORY_DESCRIPTOR);
    page_fill(page);
    page_put(page, AT_TAI_OFFSET, 2, (uint16_t)-37);
    efi_acpi((uintptr_t)page);
}
