/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Firmwares that return success and write nothing, a part, or what cannot be, under vmclock-check. Each
 * follows a good one, whose answers still lie on the stack.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/efi/args.h"
#include "boot/efi/machine.h"
#include "boot/efi/protocol.h"
#include "boot/efi/x86/uart.h"

static const EFI_GUID shell_guid = EFI_SHELL_PARAMETERS_PROTOCOL_GUID;
static const EFI_GUID loaded_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
static const EFI_GUID path_guid = EFI_DEVICE_PATH_PROTOCOL_GUID;

/* The one firmware that there is. A protocol that is null is not there; if writes is 0, it is said to be
 * and not given. */
static struct {
    EFI_SYSTEM_TABLE system;
    EFI_BOOT_SERVICES services;
    SIMPLE_TEXT_OUTPUT_INTERFACE console;
    EFI_SHELL_PARAMETERS_PROTOCOL *shell;
    EFI_LOADED_IMAGE *loaded;
    EFI_DEVICE_PATH *path;
    EFI_HANDLE *handles;
    UINTN count;
    int writes, writes_count;
    unsigned disconnected, freed;
    char said[400];
} efi;

static int is(const EFI_GUID *guid, const EFI_GUID *other)
{
    return memcmp(guid, other, sizeof *guid) == 0;
}

static EFI_STATUS EFIAPI handle_protocol(EFI_HANDLE handle, EFI_GUID *guid, void **protocol)
{
    void *found = is(guid, &shell_guid)    ? (void *)efi.shell
                  : is(guid, &loaded_guid) ? (void *)efi.loaded
                  : is(guid, &path_guid)   ? (void *)efi.path
                                           : NULL;
    assert_non_null(handle);
    if (!found) {
        return EFI_UNSUPPORTED;
    }
    if (efi.writes) {
        *protocol = found;
    }
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, void *registration, void **protocol)
{
    assert_null(registration);
    return handle_protocol(&efi, guid, protocol);
}

static EFI_STATUS EFIAPI locate_handles(EFI_LOCATE_SEARCH_TYPE type, EFI_GUID *guid, void *key,
                                        UINTN *count, EFI_HANDLE **handles)
{
    (void)type;
    (void)guid;
    (void)key;
    if (efi.writes) {
        *handles = efi.handles;
    }
    if (efi.writes || efi.writes_count) {
        *count = efi.count;
    }
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI disconnect(EFI_HANDLE controller, EFI_HANDLE driver, EFI_HANDLE child)
{
    assert_non_null(controller);
    assert_null(driver);
    (void)child;
    efi.disconnected++;
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_pool(void *pool)
{
    assert_ptr_equal(pool, efi.handles);
    efi.freed++;
    return EFI_SUCCESS;
}

static EFI_TPL EFIAPI raise_tpl(EFI_TPL level)
{
    assert_int_equal(level, TPL_NOTIFY);
    return TPL_APPLICATION;
}

static EFI_STATUS EFIAPI output(SIMPLE_TEXT_OUTPUT_INTERFACE *console, CHAR16 *text)
{
    size_t at = strlen(efi.said);
    assert_ptr_equal(console, &efi.console);
    for (; *text && at < sizeof efi.said - 1; text++) {
        efi.said[at++] = (char)*text;
    }
    return EFI_SUCCESS;
}

int uart_open(void)
{
    return 1;
}

int uart_read(void)
{
    return -1;
}

void uart_write(void *context, const char *text, size_t length)
{
    (void)context;
    (void)text;
    (void)length;
}

static void start(void)
{
    memset(&efi, 0, sizeof efi);
    efi.system.BootServices = &efi.services;
    efi.system.ConOut = &efi.console;
    efi.console.OutputString = output;
    efi.services.HandleProtocol = handle_protocol;
    efi.services.LocateProtocol = locate_protocol;
    efi.services.LocateHandleBuffer = (EFI_LOCATE_HANDLE_BUFFER)locate_handles;
    efi.services.DisconnectController = disconnect;
    efi.services.FreePool = free_pool;
    efi.services.RaiseTPL = raise_tpl;
    efi.writes = 1;
}

static CHAR16 name[] = {'c', 0}, serve[] = {'-', '-', 's', 'e', 'r', 'v', 'e', 0};
static CHAR16 *words[] = {name, serve};

/* With good arguments, by either protocol. */
static void good_before(int by_shell)
{
    static EFI_SHELL_PARAMETERS_PROTOCOL shell;
    static EFI_LOADED_IMAGE loaded;
    struct options options;
    start();
    shell.Argv = words;
    shell.Argc = 2;
    loaded.LoadOptions = serve;
    loaded.LoadOptionsSize = sizeof serve;
    efi.shell = by_shell ? &shell : NULL;
    efi.loaded = by_shell ? NULL : &loaded;
    assert_int_equal(args_parse(&efi, &efi.system, &options), EFI_SUCCESS);
    assert_int_equal(options.serve, 1);
}

static void refuses_damage(void)
{
    struct options options;
    assert_int_equal(args_parse(&efi, &efi.system, &options), EFI_DEVICE_ERROR);
    assert_int_equal(options.serve, 0);
    assert_string_equal(efi.said, "vmclock-check: the firmware's arguments are damaged\r\n");
}

static void no_arguments_given(void **state)
{
    (void)state;
    for (int by_shell = 0; by_shell < 2; by_shell++) {
        good_before(by_shell);
        efi.writes = 0;
        refuses_damage();
    }
}

static void arguments_of_nothing(void **state)
{
    static CHAR16 *holes[] = {name, NULL};
    (void)state;
    good_before(1);
    efi.shell->Argv = NULL;
    refuses_damage();
    good_before(1);
    efi.shell->Argv = holes;
    refuses_damage();
}

static void no_arguments(void **state)
{
    struct options options;
    (void)state;
    start();
    assert_int_equal(args_parse(&efi, &efi.system, &options), EFI_SUCCESS);
    assert_int_equal(options.serve, 0);
    good_before(0);
    efi.loaded->LoadOptions = NULL; /* with a size all the same */
    assert_int_equal(args_parse(&efi, &efi.system, &options), EFI_SUCCESS);
    assert_int_equal(options.serve, 0);
}

static void protocols(void **state)
{
    EFI_GUID guid = SIMPLE_TEXT_OUTPUT_PROTOCOL, path = EFI_DEVICE_PATH_PROTOCOL_GUID;
    EFI_HANDLE handles[] = {NULL, &efi};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        EFI_DEVICE_PATH end = {0x7f, 0xff, {4, 0}};
        void *found = &found;
        start();
        efi.path = &end;
        assert_int_equal(protocol_find(&efi.system, handles[i], &guid, &found), EFI_UNSUPPORTED);
        assert_null(found);
        assert_int_equal(protocol_find(&efi.system, handles[i], &path, &found), EFI_SUCCESS);
        assert_ptr_equal(found, &end);
        efi.writes = 0;
        assert_int_equal(protocol_find(&efi.system, handles[i], &path, &found), EFI_DEVICE_ERROR);
        assert_null(found);
    }
}

/* A serial port's path: its name, then the end. */
static struct {
    ACPI_HID_DEVICE_PATH acpi;
    EFI_DEVICE_PATH end;
} com2;
static EFI_HANDLE ports[] = {&com2, &com2};

static void good_ports_before(void)
{
    struct line line;
    start();
    com2.acpi = (ACPI_HID_DEVICE_PATH){
        {ACPI_DEVICE_PATH, ACPI_DP, {sizeof com2.acpi, 0}}, EISA_PNP_ID(0x501), 1};
    com2.end = (EFI_DEVICE_PATH){0x7f, 0xff, {4, 0}};
    ports[0] = ports[1] = &com2;
    efi.path = &com2.acpi.Header;
    efi.handles = ports;
    efi.count = 2;
    assert_int_equal(line_open(&efi.system, &line), EFI_SUCCESS);
    assert_int_equal(efi.disconnected, 2);
    assert_int_equal(efi.freed, 1);
    efi.disconnected = efi.freed = 0;
}

static void disconnects(unsigned disconnected, unsigned freed)
{
    struct line line;
    assert_int_equal(line_open(&efi.system, &line), EFI_SUCCESS);
    assert_null(line.port);
    assert_int_equal(line.previous, TPL_APPLICATION);
    assert_int_equal(efi.disconnected, disconnected);
    assert_int_equal(efi.freed, freed);
}

static void no_ports_given(void **state)
{
    (void)state;
    good_ports_before();
    efi.writes = 0;
    disconnects(0, 0);
    good_ports_before();
    efi.writes = 0;
    efi.writes_count = 1;
    disconnects(0, 0);
    good_ports_before();
    ports[0] = NULL;
    disconnects(1, 1);
}

/* Nodes that are shorter than what they are, or than a node. */
static void short_path(void **state)
{
    EFI_DEVICE_PATH *alone = test_malloc(sizeof *alone);
    (void)state;
    for (uint8_t length = 0; length < 4; length++) {
        good_ports_before();
        com2.acpi.Header.Length[0] = length;
        disconnects(0, 1);
    }
    good_ports_before();
    *alone = (EFI_DEVICE_PATH){ACPI_DEVICE_PATH, ACPI_DP, {3, 0}}; /* nothing behind it */
    efi.path = alone;
    disconnects(0, 1);
    good_ports_before();
    com2.acpi.Header.Length[0] = 4;
    com2.acpi.HID = 0x0004ff7f; /* which is the path's end */
    com2.acpi.UID = 1;
    disconnects(0, 1);
    test_free(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_arguments_given), cmocka_unit_test(arguments_of_nothing),
        cmocka_unit_test(no_arguments),       cmocka_unit_test(protocols),
        cmocka_unit_test(no_ports_given),     cmocka_unit_test(short_path),
    };
    return cmocka_run_group_tests_name("efi.firmware", tests, NULL, NULL);
}
