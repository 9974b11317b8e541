/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock-check as a boot manager starts it, and as a disk's default loader; whose error is said first. */
#include "firmware.h"

#define US_PER_SEC 1000000u

/* A boot manager takes success for the end of booting, and an error for the next entry's turn. */
static void as_a_boot_option(void **state)
{
    static const char *const options[] = {"", "-q", "--help"};
    (void)state;
    for (size_t i = 0; i < EFI_STATES; i++) {
        for (size_t text = 0; text < sizeof options / sizeof *options; text++) {
            efi_start();
            efi_states[i].make();
            efi_load_options(options[text], 2 * strlen(options[text]));
            efi_loaded_from("\\check.efi");
            assert_true(efi_main(&efi, &efi.system) ==
                        (i == 0 || text == 2 ? EFI_ABORTED : efi_states[i].status));
            assert_null(strstr(efi.said, "<off>"));
            assert_int_equal(efi.stalled_us, 0);
        }
    }
    efi_start();
    assert_true(efi_main(&efi, &efi.system) == EFI_ABORTED); /* nobody says who we are */
    efi_start();
    efi_load_options("--no", 8);
    assert_true(efi_main(&efi, &efi.system) == EFI_INVALID_PARAMETER);
}

/* The default loader of a disk: three reports, ten minutes, and it is over; or a key, at any time. */
static void as_a_disk(void **state)
{
    static const struct {
        const char *keys;
        unsigned reports, waited_sec;
    } ends[] = {{"", 3, 620}, {"k-k", 1, 0}};
    (void)state;
    for (size_t i = 0; i < EFI_STATES; i++) {
        for (size_t end = 0; end < sizeof ends / sizeof *ends; end++) {
            efi_start();
            efi_states[i].make();
            efi.keys = ends[end].keys;
            efi_load_options("", 0);
            efi_loaded_from("\\EFI\\BOOT\\BOOTX64.EFI");
            (void)efi_main(&efi, &efi.system);
            assert_int_equal(efi_count("vmclock.format=1"), ends[end].reports);
            assert_int_equal(efi_count("machine.cpu=made up\r\n"), ends[end].reports);
            assert_int_equal(efi.stalled_us / US_PER_SEC, ends[end].waited_sec);
            efi_said_in_order("<watchdog 0>", "state=");
            efi_said_in_order("are a report to the project", "switched off\r\n<off>");
            assert_int_equal(efi_count("<off>"), 1);
        }
    }
    efi_start(); /* without a keyboard it is the same */
    efi.system.ConIn = NULL;
    efi_load_options("", 0);
    efi_loaded_from("\\EFI\\BOOT\\BOOTX64.EFI");
    assert_true(efi_main(&efi, &efi.system) == EFI_ABORTED); /* where it cannot be switched off */
    assert_int_equal(efi.stalled_us / US_PER_SEC, 620);
}

/* What is said first when more than one thing is wrong. */
static void order_of_errors(void **state)
{
    (void)state;
    efi_start();
    assert_true(efi_run("n -w -b --no") == EFI_INVALID_PARAMETER);
    efi_said_in_order("unknown option: --no", "");
    efi_start();
    efi.system.ConIn = NULL;
    efi.line_status = EFI_UNSUPPORTED;
    assert_true(efi_run("n -b --serve") == EFI_UNSUPPORTED);
    efi_said_in_order("-b: there is no UEFI shell", "");
    assert_null(strstr(efi.said, "COM2"));
    assert_null(strstr(efi.said, "<get>"));
    efi_start();
    assert_true(efi_run("n -q -w --help") == EFI_INVALID_PARAMETER);
    efi_said_in_order("-q and -w do not go together\r\n", "try --help");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_a_boot_option),
        cmocka_unit_test(as_a_disk),
        cmocka_unit_test(order_of_errors),
    };
    return cmocka_run_group_tests_name("efi.starts", tests, NULL, NULL);
}
