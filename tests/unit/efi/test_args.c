/* SPDX-License-Identifier: BSD-2-Clause */
/* What vmclock-check takes for its arguments: from the shell, and from load options. */
#include <stdio.h>
#include <stdlib.h>
#include "boot/efi/args.h"
#include "boot/efi/console.h"
#include "firmware.h"

#define REFUSED EFI_INVALID_PARAMETER
#define DEFAULT VMCLOCK_MAX_TRIES_DEFAULT

static const struct given {
    const char *line; /* without the program's name */
    EFI_STATUS status;
    struct options options; /* max_tries, help, qemu_exit, serve, set_rtc */
    const char *said;       /* up to the advice */
} lines[] = {
    {"", EFI_SUCCESS, {DEFAULT, 0, 0, 0, 0}, ""},
    {"--help", EFI_SUCCESS, {DEFAULT, 1, 0, 0, 0}, ""},
    {"-h", EFI_SUCCESS, {DEFAULT, 1, 0, 0, 0}, ""},
    {"--qemu-exit", EFI_SUCCESS, {DEFAULT, 0, 1, 0, 0}, ""},
    {"--serve", EFI_SUCCESS, {DEFAULT, 0, 0, 1, 0}, ""},
    {"--set-rtc", EFI_SUCCESS, {DEFAULT, 0, 0, 0, 1}, ""},
    {"--set-rtc --serve --qemu-exit -h --tries 7", EFI_SUCCESS, {7, 1, 1, 1, 1}, ""},
    {"--tries 1 --serve", EFI_SUCCESS, {1, 0, 0, 1, 0}, ""},
    {"--tries 3 --tries 5", EFI_SUCCESS, {5, 0, 0, 0, 0}, ""},
    {"--tries 4294967295", EFI_SUCCESS, {UINT32_MAX, 0, 0, 0, 0}, ""},
    {"--tries 00000000000000000000007", EFI_SUCCESS, {7, 0, 0, 0, 0}, ""},
    {"--tries 0", REFUSED, {DEFAULT, 0, 0, 0, 0}, "--tries takes 1 to 4294967295, not 0"},
    {"--tries 4294967296",
     REFUSED,
     {DEFAULT, 0, 0, 0, 0},
     "--tries takes 1 to 4294967295, not 4294967296"},
    {"--tries 000000000000000000000070", /* a digit too long to be looked at */
     REFUSED,
     {DEFAULT, 0, 0, 0, 0},
     "--tries takes 1 to 4294967295, not 000000000000000000000070"},
    {"--tries -1", REFUSED, {DEFAULT, 0, 0, 0, 0}, "--tries takes 1 to 4294967295, not -1"},
    {"--tries 5s", REFUSED, {DEFAULT, 0, 0, 0, 0}, "--tries takes 1 to 4294967295, not 5s"},
    {"--tries --serve",
     REFUSED,
     {DEFAULT, 0, 0, 0, 0},
     "--tries takes 1 to 4294967295, not --serve"},
    {"--tries", REFUSED, {DEFAULT, 0, 0, 0, 0}, "--tries needs a number"},
    {"--serve --tries", REFUSED, {DEFAULT, 0, 0, 1, 0}, "--tries needs a number"},
    {"--serv", REFUSED, {DEFAULT, 0, 0, 0, 0}, "unknown option: --serv"},
    {"--served", REFUSED, {DEFAULT, 0, 0, 0, 0}, "unknown option: --served"},
    {"--qemu-exit --bad --serve", REFUSED, {DEFAULT, 0, 1, 0, 0}, "unknown option: --bad"},
    {"--tries 9 x", REFUSED, {9, 0, 0, 0, 0}, "unknown option: x"},
    {"-", REFUSED, {DEFAULT, 0, 0, 0, 0}, "unknown option: -"},
};

static struct options options;

static EFI_STATUS parse(void)
{
    memset(&options, 0x5a, sizeof options); /* none is left as it was */
    return args_parse(&efi, &efi.system, &options);
}

static void assert_parsed(const struct given *given)
{
    char said[200] = "";
    const EFI_STATUS status = parse();
    if (*given->said) {
        snprintf(said, sizeof said, "vmclock-check: %s\r\nvmclock-check: try --help\r\n",
                 given->said);
    }
    assert_string_equal(efi.said, said);
    assert_true(status == given->status);
    assert_int_equal(options.max_tries, given->options.max_tries);
    assert_int_equal(options.help, given->options.help);
    assert_int_equal(options.qemu_exit, given->options.qemu_exit);
    assert_int_equal(options.serve, given->options.serve);
    assert_int_equal(options.set_rtc, given->options.set_rtc);
}

static void from_the_shell(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[100];
        efi_start();
        snprintf(line, sizeof line, "--name%s%s", *lines[i].line ? " " : "", lines[i].line);
        efi_shell(line);
        efi_load_options("--set-rtc", 18); /* not asked for: the shell's count */
        assert_parsed(&lines[i]);
    }
    efi_start();
    efi_shell("a");
    efi.shell->Argc = 0;
    assert_parsed(&lines[0]);
}

/* As firmwares give them: with and without a 0, with the program's name, with more spaces. */
static void from_load_options(void **state)
{
    static const char *const before[] = {"", "name.efi ", " ", ""};
    static const char *const after[] = {"", "", "", "  "};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        for (size_t form = 0; form < 8; form++) {
            char text[100];
            snprintf(text, sizeof text, "%s%s%s", before[form / 2], lines[i].line, after[form / 2]);
            efi_start();
            efi.shell_status = form & 1 ? EFI_NOT_FOUND : EFI_UNSUPPORTED;
            efi_load_options(text, 2 * (strlen(text) + (form & 1)));
            assert_parsed(&lines[i]);
        }
    }
}

static void parsed_as_none(void)
{
    assert_true(parse() == EFI_SUCCESS);
    assert_string_equal(efi.said, "");
    assert_int_equal(options.max_tries, DEFAULT);
    assert_int_equal(options.help + options.qemu_exit + options.serve + options.set_rtc, 0);
}

/* Load options are anybody's: what is no text is no mistake of the user's. */
static void no_text(void **state)
{
    static const char damage[] = {'\t', '\n', 0x1f, 0x7f, (char)0x80, (char)0xff};
    CHAR16 *text;
    (void)state;
    for (size_t i = 0; i < sizeof damage; i++) {
        for (size_t at = 0; at < 12; at++) {
            efi_start();
            efi_load_options("--serve --no", 24);
            text = efi.loaded->LoadOptions;
            text[at] = (CHAR16)(unsigned char)damage[i];
            parsed_as_none();
        }
    }
    efi_start();
    efi_load_options("--serve", 14);
    ((CHAR16 *)efi.loaded->LoadOptions)[6] = 0x165; /* an 'e' if it is cut to a byte */
    parsed_as_none();
    for (UINT32 bytes = 1; bytes < 14; bytes += 2) {
        efi_start();
        efi_load_options("--serve", 14);
        efi.loaded->LoadOptionsSize = bytes;
        parsed_as_none();
    }
    efi_start();
    efi_load_options(" --serve", 16);
    efi.loaded->LoadOptions = (char *)efi.loaded->LoadOptions + 1; /* no address of characters */
    efi.loaded->LoadOptionsSize = 14;
    parsed_as_none();
}

/* Behind the 0 there may be anything. */
static void ends_at_the_first_zero(void **state)
{
    (void)state;
    efi_start();
    efi_load_options("--serve\0 --set-rtc \xff", 40);
    assert_true(parse() == EFI_SUCCESS);
    assert_int_equal(options.serve, 1);
    assert_int_equal(options.set_rtc, 0);
}

/* A letter of another script is no digit, nor one of an option's, and is not printed. */
static void other_letters(void **state)
{
    (void)state;
    efi_start();
    efi_shell("n --tries 15");
    efi.shell->Argv[2][1] = 0x135;
    assert_true(parse() == REFUSED);
    efi_said_in_order("vmclock-check: --tries takes 1 to 4294967295, not 1?\r\n", "try --help");
    efi_start();
    efi_shell("n --serve");
    efi.shell->Argv[1][6] = 0x165;
    assert_true(parse() == REFUSED);
    efi_said_in_order("unknown option: --serv?\r\n", "");
    efi_start();
    efi_shell("n \t~ ");
    assert_true(parse() == REFUSED);
    efi_said_in_order("unknown option: ?~\r\n", "");
}

/* Which protocol's failure counts: only a protocol that is said to be there and is not given. */
static void failing_protocols(void **state)
{
    static const struct {
        EFI_STATUS shell, loaded, result;
    } cases[] = {
        {EFI_UNSUPPORTED, EFI_UNSUPPORTED, EFI_SUCCESS},
        {EFI_NOT_FOUND, EFI_ACCESS_DENIED, EFI_SUCCESS},
        {EFI_ACCESS_DENIED, EFI_INVALID_PARAMETER, EFI_SUCCESS},
        {EFI_SUCCESS, EFI_UNSUPPORTED, EFI_DEVICE_ERROR}, /* and null */
        {EFI_DEVICE_ERROR, EFI_UNSUPPORTED, EFI_DEVICE_ERROR},
        {EFI_UNSUPPORTED, EFI_SUCCESS, EFI_DEVICE_ERROR},
        {EFI_UNSUPPORTED, EFI_DEVICE_ERROR, EFI_DEVICE_ERROR},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        efi_start();
        efi.shell_status = cases[i].shell;
        efi.loaded_status = cases[i].loaded;
        assert_true(parse() == cases[i].result);
        assert_string_equal(
            efi.said,
            cases[i].result ? "vmclock-check: the firmware's arguments are damaged\r\n" : "");
    }
    efi_start(); /* a shell that is broken: what a boot menu once said is not asked for */
    efi_load_options("--serve", 14);
    efi.shell_status = EFI_SUCCESS;
    assert_true(parse() == EFI_DEVICE_ERROR);
    assert_int_equal(options.serve, 0);
}

/* Pieces of the console's: none longer than it says, nothing lost at their ends. */
static void console_in_pieces(void **state)
{
    (void)state;
    for (size_t length = 70; length < 170; length++) {
        for (size_t at = 0; at < length; at += at < 70 ? 10 : 1) {
            char *text = malloc(length), expected[200] = "";
            memset(text, 'x', length);
            text[at] = '\n';
            text[length - 1] = 'y';
            efi_start();
            console_write(&efi.system, text, length);
            for (size_t i = 0; i < length; i++) {
                strncat(expected, text[i] == '\n' ? "\r\n" : (char[]){text[i], 0}, 2);
            }
            free(text);
            assert_string_equal(efi.said, expected);
            assert_in_range(efi.longest_piece, 70, 81);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_shell),    cmocka_unit_test(from_load_options),
        cmocka_unit_test(no_text),           cmocka_unit_test(ends_at_the_first_zero),
        cmocka_unit_test(other_letters),     cmocka_unit_test(failing_protocols),
        cmocka_unit_test(console_in_pieces),
    };
    return cmocka_run_group_tests_name("efi.args", tests, NULL, NULL);
}
