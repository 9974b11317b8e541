/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock-driver on the made-up firmware: what it installs and takes away again, whose words it goes by, what it
 * makes of the real-time clock, and what it says of that.
 */
#include "boot/efi/driver.h"
#include "firmware.h"

#define NS_PER_SEC INT64_C(1000000000)

static const EFI_GUID driver_guid = VMCLOCK_PROTOCOL_GUID;
static struct vmclock_protocol *installed;
static EFI_STATUS install_status;
static const char *variable; /* null: there is none */
static size_t variable_bytes;

static EFI_STATUS EFIAPI install(EFI_HANDLE *handle, EFI_GUID *guid, EFI_INTERFACE_TYPE type,
                                 void *interface)
{
    assert_ptr_equal(*handle, &efi);
    assert_memory_equal(guid, &driver_guid, sizeof(driver_guid));
    assert_int_equal(type, EFI_NATIVE_INTERFACE);
    if (!install_status)
        installed = interface;
    return install_status;
}

static EFI_STATUS EFIAPI uninstall(EFI_HANDLE handle, EFI_GUID *guid, void *interface)
{
    assert_ptr_equal(handle, &efi);
    assert_memory_equal(guid, &driver_guid, sizeof(driver_guid));
    assert_ptr_equal(interface, installed);
    installed = NULL;
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI get_variable(CHAR16 *name, EFI_GUID *guid, UINT32 *attributes, UINTN *size,
                                      void *value)
{
    static const char expected[] = "VmclockDriver";

    for (size_t i = 0; i < sizeof(expected); i++)
        assert_int_equal(name[i], expected[i]);
    assert_memory_equal(guid, &driver_guid, sizeof(driver_guid));
    assert_null(attributes);
    if (!variable)
        return EFI_NOT_FOUND;
    if (*size < variable_bytes) {
        *size = variable_bytes;
        return EFI_BUFFER_TOO_SMALL;
    }
    *size = variable_bytes;
    memcpy(value, variable, variable_bytes);
    return EFI_SUCCESS;
}

static int setup(void **state)
{
    (void)state;
    efi_start();
    efi.boot.InstallProtocolInterface = install;
    efi.boot.UninstallProtocolInterface = uninstall;
    efi.runtime.GetVariable = get_variable;
    efi.step = 1000000; /* a ms a look, so that a wait ends */
    efi_load_options("", 0);
    installed = NULL;
    install_status = EFI_SUCCESS;
    variable = NULL;
    return 0;
}

static void set_variable(const char *text, size_t bytes)
{
    variable = text;
    variable_bytes = bytes;
}

/* The driver is loaded and has said this, and nothing else. What it tells of the clock. */
static struct vmclock_protocol_state load(const char *said)
{
    struct vmclock_protocol_state told;
    char lines[sizeof(efi.said)] = "";

    assert_true(efi_main(&efi, &efi.system) == EFI_SUCCESS);
    assert_non_null(installed);
    for (const char *at = efi.said; *at; at++) { /* without what it has done */
        if (*at == '<')
            at = strchr(at, '>');
        else
            strncat(lines, at, 1);
    }
    assert_string_equal(lines, said);
    assert_int_equal(installed->state(installed, 1, sizeof(told), &told), EFI_SUCCESS);
    return told;
}

static void assert_clock(const char *said, unsigned clock, int error)
{
    const struct vmclock_protocol_state told = load(said);

    assert_int_equal(told.clock, clock);
    assert_int_equal(told.clock_error, error);
}

/* The page as it is; and it is all gone when the image is unloaded. */
static void comes_and_goes(void **state)
{
    struct vmclock_protocol_region region;

    (void)state;
    assert_clock("", VMCLOCK_PROTOCOL_CLOCK_NOT_ASKED, 0);
    assert_int_equal(installed->region(installed, sizeof(region), &region), EFI_SUCCESS);
    assert_int_equal(region.phys, (uintptr_t)efi.page);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.source, VMCLOCK_SOURCE_ACPI);
    assert_int_equal(efi.gets, 0);
    assert_non_null(efi.loaded->Unload);
    assert_int_equal(efi.loaded->Unload(&efi), EFI_SUCCESS);
    assert_null(installed);
}

/* Each is its caller's error, and nothing stays. */
static void not_loaded(void **state)
{
    struct vmclock_protocol other;

    (void)state;
    efi.driver = &other;
    assert_true(efi_main(&efi, &efi.system) == EFI_ABORTED);
    assert_null(installed);
    setup(state);
    efi.loaded->Unload = NULL;
    install_status = EFI_OUT_OF_RESOURCES;
    assert_true(efi_main(&efi, &efi.system) == EFI_OUT_OF_RESOURCES);
    assert_null(efi.loaded->Unload);
    setup(state);
    efi.loaded = NULL;
    assert_true(efi_main(&efi, &efi.system) == EFI_UNSUPPORTED);
    assert_null(installed);
    assert_string_equal(efi.said, "");
}

/* A machine without a page is none to complain about; of another the console says what is wrong. */
static void pages(void **state)
{
    static const char *const said[EFI_STATES] = {
        [3] = "vmclock-driver: no time: magic: The page does not begin with the vmclock magic.\r\n",
    };

    for (size_t i = 0; i < EFI_STATES; i++) {
        struct vmclock_protocol_state told;

        setup(state);
        efi_states[i].make();
        told = load(said[i] ? said[i] : "");
        for (size_t at = 0; at <= strlen(efi_states[i].state); at++)
            assert_int_equal(told.name[at], efi_states[i].state[at]);
        assert_int_equal(told.clock, VMCLOCK_PROTOCOL_CLOCK_NOT_ASKED);
    }
}

/* The load options' word wins, a wrong one too; without one the variable's. */
static void whose_word(void **state)
{
    static const char wrong[] =
        "vmclock-driver: it is set=never, set=always or set=SECONDS:"
        " argument: A required argument is null or outside its documented range.\r\n";
    static char longer[65];

    memset(longer, ' ', sizeof(longer));
    memcpy(longer, "set=always", 10);
    set_variable("set=always", 10);
    assert_clock("", VMCLOCK_PROTOCOL_CLOCK_SET, 0);
    setup(state);
    set_variable("set=always", 10);
    efi_load_options("set=never", 18);
    assert_clock("", VMCLOCK_PROTOCOL_CLOCK_NOT_ASKED, 0);
    setup(state);
    set_variable("set=always", 10);
    efi_load_options("set=", 8);
    assert_clock(wrong, VMCLOCK_PROTOCOL_CLOCK_REFUSED, VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(efi.sets, 0);
    setup(state);
    set_variable("set=", 4);
    assert_clock(wrong, VMCLOCK_PROTOCOL_CLOCK_REFUSED, VMCLOCK_ERR_ARGUMENT);
    setup(state);
    set_variable(longer, 64);
    assert_clock("", VMCLOCK_PROTOCOL_CLOCK_SET, 0);
    setup(state);
    set_variable(longer, 65);
    assert_clock(wrong, VMCLOCK_PROTOCOL_CLOCK_REFUSED, VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(efi.sets, 0);
    setup(state);
    set_variable("set=always", 10);
    efi.loaded->LoadOptions = NULL;
    efi.loaded->LoadOptionsSize = 10; /* of nothing */
    assert_clock("", VMCLOCK_PROTOCOL_CLOCK_SET, 0);
}

/* set=5: at five seconds it is near, and at six it is set. */
static void only_if_off(void **state)
{
    static const struct {
        int64_t ahead_sec;
        unsigned clock;
    } cases[] = {
        {0, VMCLOCK_PROTOCOL_CLOCK_NEAR}, {5, VMCLOCK_PROTOCOL_CLOCK_NEAR},
        {6, VMCLOCK_PROTOCOL_CLOCK_SET},  {-5, VMCLOCK_PROTOCOL_CLOCK_NEAR},
        {-6, VMCLOCK_PROTOCOL_CLOCK_SET}, {-100000000, VMCLOCK_PROTOCOL_CLOCK_SET},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        setup(state);
        efi_load_options("set=5", 10);
        efi.rtc_ahead_ns = cases[i].ahead_sec * NS_PER_SEC;
        assert_clock("", cases[i].clock, 0);
        assert_int_equal(efi.sets, cases[i].clock == VMCLOCK_PROTOCOL_CLOCK_SET);
        assert_in_range(efi.rtc_ahead_ns + 5 * NS_PER_SEC, 0, 10 * NS_PER_SEC);
    }
    setup(state);
    efi_load_options("set=5", 10);
    efi.get_status = EFI_DEVICE_ERROR; /* what shows nothing is to be set, and that may not help */
    (void)efi_main(&efi, &efi.system);
    assert_true(efi.sets > 0);
}

/* A clock that is not set, and why. Where there is no console nobody is told. */
static void refused(void **state)
{
    for (int console = 1; console >= 0; console--) {
        setup(state);
        efi_unreliable();
        efi_load_options(console ? "set=always" : "set=5", console ? 20 : 10);
        if (!console)
            efi.system.ConOut = NULL;
        assert_clock(console ? "vmclock-driver: the real-time clock is not set: unsynchronised:"
                               " The publisher says that its clock is not usable.\r\n"
                             : "",
                     VMCLOCK_PROTOCOL_CLOCK_REFUSED, VMCLOCK_ERR_UNSYNCHRONISED);
        assert_int_equal(efi.sets, 0);
    }
    setup(state);
    efi_no_device();
    efi_load_options("set=always", 20);
    assert_int_equal(load("vmclock-driver: the real-time clock is not set: no-device:"
                          " The firmware describes no vmclock device.\r\n")
                         .clock_error,
                     VMCLOCK_ERR_NO_DEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(comes_and_goes, setup), cmocka_unit_test_setup(not_loaded, setup),
        cmocka_unit_test_setup(pages, setup),          cmocka_unit_test_setup(whose_word, setup),
        cmocka_unit_test_setup(only_if_off, setup),    cmocka_unit_test_setup(refused, setup),
    };

    return cmocka_run_group_tests_name("efi.driver", tests, NULL, NULL);
}
