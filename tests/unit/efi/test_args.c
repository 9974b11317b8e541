/* SPDX-License-Identifier: BSD-2-Clause */
/* What vmclock-check takes for its arguments: from the shell, and from load options. */
#include <stdio.h>
#include <stdlib.h>
#include "boot/efi/args.h"
#include "boot/efi/console.h"
#include "firmware.h"

#define REFUSED EFI_INVALID_PARAMETER
#define DEFAULT VMCLOCK_MAX_TRIES_DEFAULT
#define REST 0, 0, 0, 0, 0, 0, 0, 0
#define NONE DEFAULT, 0, 0, 0, 0
/* clang-format off */
#define AT(phys) {NONE, 0, 0, 0, 0, 1, 0, 0, phys}
#define WAIT(seconds) {NONE, 0, 0, 0, 0, 0, 0, seconds, 0}
#define NOTHING {NONE, REST}
/* clang-format on */
#define BAD_ADDRESS "-a takes a hexadecimal address of at most 64 bits, not "
#define BAD_SECONDS "-t takes 0 to 3600 seconds, not "

static const struct given {
    const char *line; /* without the program's name */
    EFI_STATUS status;
    struct options
        options;      /* max_tries, help, qemu_exit, serve, set_rtc, then quiet, watch, page_break,
                               json, at_page, origin, wait_sec, page_phys */
    const char *said; /* up to the advice */
} lines[] = {
    {"", EFI_SUCCESS, {DEFAULT, 0, 0, 0, 0, REST}, ""},
    {"--help", EFI_SUCCESS, {DEFAULT, 1, 0, 0, 0, REST}, ""},
    {"-h", EFI_SUCCESS, {DEFAULT, 1, 0, 0, 0, REST}, ""},
    {"--qemu-exit", EFI_SUCCESS, {DEFAULT, 0, 1, 0, 0, REST}, ""},
    {"--serve", EFI_SUCCESS, {DEFAULT, 0, 0, 1, 0, REST}, ""},
    {"--set-rtc", EFI_SUCCESS, {DEFAULT, 0, 0, 0, 1, REST}, ""},
    {"--set-rtc --serve --qemu-exit -h --tries 7", EFI_SUCCESS, {7, 1, 1, 1, 1, REST}, ""},
    {"--tries 1 --serve", EFI_SUCCESS, {1, 0, 0, 1, 0, REST}, ""},
    {"--tries 3 --tries 5", EFI_SUCCESS, {5, 0, 0, 0, 0, REST}, ""},
    {"--tries 4294967295", EFI_SUCCESS, {UINT32_MAX, 0, 0, 0, 0, REST}, ""},
    {"--tries 00000000000000000000007", EFI_SUCCESS, {7, 0, 0, 0, 0, REST}, ""},
    {"--tries 0", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "--tries takes 1 to 4294967295, not 0"},
    {"--tries 4294967296",
     REFUSED,
     {DEFAULT, 0, 0, 0, 0, REST},
     "--tries takes 1 to 4294967295, not 4294967296"},
    {"--tries 000000000000000000000070", /* a digit too long to be looked at */
     REFUSED,
     {DEFAULT, 0, 0, 0, 0, REST},
     "--tries takes 1 to 4294967295, not 000000000000000000000070"},
    {"--tries -1", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "--tries takes 1 to 4294967295, not -1"},
    {"--tries 5s", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "--tries takes 1 to 4294967295, not 5s"},
    {"--tries --serve",
     REFUSED,
     {DEFAULT, 0, 0, 0, 0, REST},
     "--tries takes 1 to 4294967295, not --serve"},
    {"--tries", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "--tries needs a number"},
    {"--serve --tries", REFUSED, {DEFAULT, 0, 0, 1, 0, REST}, "--tries needs a number"},
    {"--serv", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "unknown option: --serv"},
    {"--served", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "unknown option: --served"},
    {"--qemu-exit --bad --serve", REFUSED, {DEFAULT, 0, 1, 0, 0, REST}, "unknown option: --bad"},
    {"--tries 9 x", REFUSED, {9, 0, 0, 0, 0, REST}, "unknown option: x"},
    {"-?", EFI_SUCCESS, {DEFAULT, 1, 0, 0, 0, REST}, ""},
    {"-q", EFI_SUCCESS, {NONE, 1, 0, 0, 0, 0, 0, 0, 0}, ""},
    {"-w", EFI_SUCCESS, {NONE, 0, 1, 0, 0, 0, 0, 0, 0}, ""},
    {"-b", EFI_SUCCESS, {NONE, 0, 0, 1, 0, 0, 0, 0, 0}, ""},
    {"--json", EFI_SUCCESS, {NONE, 0, 0, 0, 1, 0, 0, 0, 0}, ""},
    {"--json -w", EFI_SUCCESS, {NONE, 0, 1, 0, 1, 0, 0, 0, 0}, ""},
    {"-a 0", EFI_SUCCESS, AT(0), ""},
    {"-a 1f", EFI_SUCCESS, AT(0x1f), ""},
    {"-a 0x100000000", EFI_SUCCESS, AT(0x100000000), ""},
    {"-a 0XaBcDeF", EFI_SUCCESS, AT(0xabcdef), ""},
    {"-a ffffffffffffffff", EFI_SUCCESS, AT(UINT64_MAX), ""},
    {"-a 1 -a 2", EFI_SUCCESS, AT(2), ""},
    {"-a", REFUSED, NOTHING, "-a needs an address"},
    {"-a 0x", REFUSED, NOTHING, BAD_ADDRESS "0x"},
    {"-a 0x0x1", REFUSED, NOTHING, BAD_ADDRESS "0x0x1"},
    {"-a 10000000000000000", REFUSED, NOTHING, BAD_ADDRESS "10000000000000000"},
    {"-a 0000000000000000000000001", REFUSED, NOTHING, BAD_ADDRESS "0000000000000000000000001"},
    {"-a -1", REFUSED, NOTHING, BAD_ADDRESS "-1"},
    {"-a 1g", REFUSED, NOTHING, BAD_ADDRESS "1g"},
    {"-a -q", REFUSED, NOTHING, BAD_ADDRESS "-q"},
    {"-t 0", EFI_SUCCESS, WAIT(0), ""},
    {"-t 1", EFI_SUCCESS, WAIT(1), ""},
    {"-t 3600", EFI_SUCCESS, WAIT(3600), ""},
    {"-t", REFUSED, NOTHING, "-t needs a number of seconds"},
    {"-t 3601", REFUSED, NOTHING, BAD_SECONDS "3601"},
    {"-t -1", REFUSED, NOTHING, BAD_SECONDS "-1"},
    {"-t 1s", REFUSED, NOTHING, BAD_SECONDS "1s"},
    {"-t 4294967296", REFUSED, NOTHING, BAD_SECONDS "4294967296"},
    {"-q --json", REFUSED, {NONE, 1, 0, 0, 1, 0, 0, 0, 0}, "-q and --json do not go together"},
    {"-w -q", REFUSED, {NONE, 1, 1, 0, 0, 0, 0, 0, 0}, "-q and -w do not go together"},
    {"-q -b", REFUSED, {NONE, 1, 0, 1, 0, 0, 0, 0, 0}, "-q and -b do not go together"},
    {"-b --json", REFUSED, {NONE, 0, 0, 1, 1, 0, 0, 0, 0}, "--json and -b do not go together"},
    {"-w -b", REFUSED, {NONE, 0, 1, 1, 0, 0, 0, 0, 0}, "-w and -b do not go together"},
    {"--serve -w",
     REFUSED,
     {DEFAULT, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0},
     "-w and --serve do not go together"},
    {"-w --serve -t",
     REFUSED,
     {DEFAULT, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0},
     "-t needs a number of seconds"}, /* the first mistake of the line */
    {"-Q", REFUSED, NOTHING, "unknown option: -Q"},
    {"-qw", REFUSED, NOTHING, "unknown option: -qw"},
    {"-", REFUSED, {DEFAULT, 0, 0, 0, 0, REST}, "unknown option: -"},
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
    assert_int_equal(options.quiet, given->options.quiet);
    assert_int_equal(options.watch, given->options.watch);
    assert_int_equal(options.page_break, given->options.page_break);
    assert_int_equal(options.json, given->options.json);
    assert_int_equal(options.at_page, given->options.at_page);
    assert_int_equal(options.wait_sec, given->options.wait_sec);
    assert_int_equal(options.page_phys, given->options.page_phys);
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

/* A default loader of a disk is that by its file, without a shell and without options. */
static void from_where(void **state)
{
    static const struct {
        const char *path;
        enum origin origin;
    } cases[] = {
        {"\\EFI\\BOOT\\BOOTX64.EFI", ORIGIN_DISK},
        {"\\efi\\boot\\bootaa64.efi", ORIGIN_DISK},
        {"\\EFI\\BOOT\\BOOT.EFI", ORIGIN_DISK},
        {"\\EFI\\BOOT\\BOOTX64.EF", ORIGIN_BOOT},
        {"\\EFI\\BOOT\\BOOT", ORIGIN_BOOT},
        {"\\EFI\\BOOT\\CHECK.EFI", ORIGIN_BOOT},
        {"EFI\\BOOT\\BOOTX64.EFI", ORIGIN_BOOT},
        {"\\check.efi", ORIGIN_BOOT},
        {"", ORIGIN_BOOT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        efi_start();
        efi_load_options("", 0);
        efi_loaded_from(cases[i].path);
        assert_true(parse() == EFI_SUCCESS);
        assert_int_equal(options.origin, cases[i].origin);
        efi_load_options("-q", 4);
        efi_loaded_from(cases[i].path);
        assert_true(parse() == EFI_SUCCESS);
        assert_int_equal(options.origin, ORIGIN_BOOT);
        efi_shell("n");
        assert_true(parse() == EFI_SUCCESS);
        assert_int_equal(options.origin, ORIGIN_SHELL);
    }
}

/* Device paths that end nowhere, or whose nodes are too short to be any. */
static void damaged_paths(void **state)
{
    static const uint8_t nodes[][8] = {
        {4, 4, 0, 0}, {4, 4, 3, 0}, {4, 4, 4, 0, 0x7f, 0xff, 4, 0}, {0xff, 0xff, 0xff, 0xff}};
    (void)state;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        efi_start();
        efi_load_options("", 0);
        efi.loaded->FilePath = (EFI_DEVICE_PATH *)(uintptr_t)nodes[i];
        assert_true(parse() == EFI_SUCCESS);
        assert_int_equal(options.origin, ORIGIN_BOOT);
    }
    efi_start();
    efi_load_options("", 0);
    efi.loaded->FilePath = NULL;
    assert_true(parse() == EFI_SUCCESS);
    assert_int_equal(options.origin, ORIGIN_BOOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_shell),    cmocka_unit_test(from_load_options),
        cmocka_unit_test(no_text),           cmocka_unit_test(ends_at_the_first_zero),
        cmocka_unit_test(other_letters),     cmocka_unit_test(failing_protocols),
        cmocka_unit_test(console_in_pieces), cmocka_unit_test(from_where),
        cmocka_unit_test(damaged_paths),
    };
    return cmocka_run_group_tests_name("efi.args", tests, NULL, NULL);
}
