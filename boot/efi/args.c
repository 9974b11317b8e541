/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.c - what the user asked for.
 */
#include <vmclock/page.h>
#include "boot/efi/args.h"
#include "boot/efi/console.h"
#include "boot/efi/origin.h"
#include "boot/efi/protocol.h"
#include "boot/report/number.h"

/* What the next word is: of an option, its value. */
enum expected { EXPECT_OPTION, EXPECT_TRIES, EXPECT_PAGE, EXPECT_SECONDS };

struct parser {
    EFI_SYSTEM_TABLE *system;
    struct options *options;
    enum expected expected;
};

static const char name[] = "vmclock-check: ";

/* The options that stand for nothing else, and where each is kept. */
enum { HELP, HELP_SHORT, HELP_SHELL, QEMU_EXIT, SERVE, SET_RTC, JSON, QUIET, WATCH, BREAK };
static const struct flag {
    char name[12];
    uint8_t at;
} flags[] = {
    [HELP] = {"--help", offsetof(struct options, help)},
    [HELP_SHORT] = {"-h", offsetof(struct options, help)},
    [HELP_SHELL] = {"-?", offsetof(struct options, help)},
    [QEMU_EXIT] = {"--qemu-exit", offsetof(struct options, qemu_exit)},
    [SERVE] = {"--serve", offsetof(struct options, serve)},
    [SET_RTC] = {"--set-rtc", offsetof(struct options, set_rtc)},
    [JSON] = {"--json", offsetof(struct options, json)},
    [QUIET] = {"-q", offsetof(struct options, quiet)},
    [WATCH] = {"-w", offsetof(struct options, watch)},
    [BREAK] = {"-b", offsetof(struct options, page_break)},
};

/* Those that do not go together. */
static const uint8_t apart[][2] = {
    {QUIET, JSON}, {QUIET, WATCH}, {QUIET, BREAK}, {JSON, BREAK}, {WATCH, BREAK}, {WATCH, SERVE},
};

static int equals(const CHAR16 *word, size_t length, const char *option)
{
    size_t i = 0;

    while (i < length && option[i] && word[i] == (CHAR16)(unsigned char)option[i])
        i++;
    return i == length && !option[i];
}

static EFI_STATUS invalid(struct parser *parser)
{
    console_print(parser->system, "\nvmclock-check: try --help\n");
    return EFI_INVALID_PARAMETER;
}

static EFI_STATUS refuse(struct parser *parser, const char *what, const CHAR16 *word, size_t length)
{
    console_print(parser->system, name);
    console_print(parser->system, what);
    for (size_t i = 0; i < length; i++) {
        char letter = word[i] >= ' ' && word[i] <= '~' ? (char)word[i] : '?';

        console_write(parser->system, &letter, 1);
    }
    return invalid(parser);
}

/* The firmware says that there are arguments, and they are not there. */
static EFI_STATUS damaged(struct parser *parser)
{
    console_print(parser->system, "vmclock-check: the firmware's arguments are damaged\n");
    return EFI_DEVICE_ERROR;
}

/* A word as ASCII, in size bytes. Returns whether it has room. */
static int to_text(const CHAR16 *word, size_t length, char *text, size_t size)
{
    for (size_t i = 0; i < length && i < size - 1; i++)
        text[i] = word[i] > 0 && word[i] <= '~' ? (char)word[i] : '?';
    text[length < size ? length : size - 1] = 0;
    return length < size;
}

static EFI_STATUS take_number(const CHAR16 *word, size_t length, uint32_t low, uint32_t high,
                              uint32_t *value)
{
    char text[24];
    int64_t number;

    if (!to_text(word, length, text, sizeof(text)) || !number_parse(text, low, high, &number))
        return EFI_INVALID_PARAMETER;
    *value = (uint32_t)number;
    return EFI_SUCCESS;
}

/* Hexadecimal, as all addresses of the shell's, with or without 0x. */
static EFI_STATUS take_page(struct options *options, const CHAR16 *word, size_t length)
{
    char text[24] = "0x";
    const char *at = text;
    const size_t skip = length > 1 && word[0] == '0' && (word[1] | 0x20) == 'x' ? 2 : 0;
    uint64_t phys;

    if (!to_text(word + skip, length - skip, text + 2, sizeof(text) - 2) ||
        !number_scan(&at, &phys) || *at)
        return EFI_INVALID_PARAMETER;
    options->page_phys = phys;
    options->at_page = 1;
    return EFI_SUCCESS;
}

static const char *wanted(enum expected expected)
{
    switch (expected) {
    case EXPECT_TRIES:
        return "--tries takes 1 to 4294967295, not ";
    case EXPECT_SECONDS:
        return "-t takes 0 to 3600 seconds, not ";
    case EXPECT_PAGE:
    case EXPECT_OPTION:
        break;
    }
    return "-a takes a hexadecimal address of at most 64 bits, not ";
}

static EFI_STATUS take_value(struct parser *parser, const CHAR16 *word, size_t length)
{
    struct options *options = parser->options;
    EFI_STATUS status;

    if (parser->expected == EXPECT_TRIES)
        status = take_number(word, length, 1, UINT32_MAX, &options->max_tries);
    else if (parser->expected == EXPECT_SECONDS)
        status = take_number(word, length, 0, ARGS_WAIT_SEC_MAX, &options->wait_sec);
    else
        status = take_page(options, word, length);
    if (EFI_ERROR(status))
        return refuse(parser, wanted(parser->expected), word, length);
    parser->expected = EXPECT_OPTION;
    return EFI_SUCCESS;
}

/* The option that stands for nothing else: where it is kept; null for any other word. */
static uint8_t *flag_of(struct options *options, const CHAR16 *word, size_t length)
{
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (equals(word, length, flags[i].name))
            return (uint8_t *)options + flags[i].at;
    return NULL;
}

static EFI_STATUS take(struct parser *parser, const CHAR16 *word, size_t length)
{
    uint8_t *flag;

    if (parser->expected != EXPECT_OPTION)
        return take_value(parser, word, length);
    flag = flag_of(parser->options, word, length);
    if (flag)
        *flag = 1;
    else if (equals(word, length, "--tries"))
        parser->expected = EXPECT_TRIES;
    else if (equals(word, length, "-a"))
        parser->expected = EXPECT_PAGE;
    else if (equals(word, length, "-t"))
        parser->expected = EXPECT_SECONDS;
    else
        return refuse(parser, "unknown option: ", word, length);
    return EFI_SUCCESS;
}

/* What is asked for and cannot all be had. */
static EFI_STATUS look_for_contradictions(struct parser *parser)
{
    const uint8_t *options = (const uint8_t *)parser->options;

    for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++) {
        const struct flag *one = &flags[apart[i][0]], *other = &flags[apart[i][1]];

        if (options[one->at] && options[other->at]) {
            console_print(parser->system, name);
            console_print(parser->system, one->name);
            console_print(parser->system, " and ");
            console_print(parser->system, other->name);
            console_print(parser->system, " do not go together");
            return invalid(parser);
        }
    }
    return EFI_SUCCESS;
}

/* What is wrong with all of them together. */
static EFI_STATUS finish(struct parser *parser)
{
    switch (parser->expected) {
    case EXPECT_TRIES:
        return refuse(parser, "--tries needs a number", NULL, 0);
    case EXPECT_PAGE:
        return refuse(parser, "-a needs an address", NULL, 0);
    case EXPECT_SECONDS:
        return refuse(parser, "-t needs a number of seconds", NULL, 0);
    case EXPECT_OPTION:
        break;
    }
    return look_for_contradictions(parser);
}

static EFI_STATUS take_shell_arguments(struct parser *parser,
                                       const EFI_SHELL_PARAMETERS_PROTOCOL *shell)
{
    EFI_STATUS status = EFI_SUCCESS;

    for (UINTN i = 1; i < shell->Argc && !EFI_ERROR(status); i++) {
        size_t length = 0;

        if (!shell->Argv || !shell->Argv[i])
            return damaged(parser);
        while (shell->Argv[i][length])
            length++;
        status = take(parser, shell->Argv[i], length);
    }
    return status;
}

/* Load options are free for any use: those of a boot menu's entry may be no text at all. Returns
 * the number of characters, 0 if it is none. */
static size_t text_length(const EFI_LOADED_IMAGE *loaded)
{
    const CHAR16 *text = loaded->LoadOptions;
    size_t length = 0;

    if (!text || loaded->LoadOptionsSize % sizeof(*text) || (uintptr_t)text % sizeof(*text))
        return 0;
    while (length < loaded->LoadOptionsSize / sizeof(*text) && text[length]) {
        if (text[length] < ' ' || text[length] > '~')
            return 0;
        length++;
    }
    return length;
}

static EFI_STATUS take_load_options(struct parser *parser, const EFI_LOADED_IMAGE *loaded)
{
    const CHAR16 *text = loaded->LoadOptions;
    size_t length = text_length(loaded), start, end;
    EFI_STATUS status = EFI_SUCCESS;

    if (!length && origin_is_default(loaded))
        parser->options->origin = ORIGIN_DISK;
    for (start = 0; start < length && !EFI_ERROR(status); start = end + 1) {
        for (end = start; end < length && text[end] != ' '; end++)
            ;
        /* Some shells put the program's name in front. */
        if (end > start && (start > 0 || text[start] == '-'))
            status = take(parser, text + start, end - start);
    }
    return status;
}

static EFI_STATUS take_arguments(struct parser *parser, EFI_HANDLE image)
{
    EFI_GUID shell_guid = EFI_SHELL_PARAMETERS_PROTOCOL_GUID;
    EFI_GUID loaded_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
    void *found;
    EFI_STATUS status = protocol_find(parser->system, image, &shell_guid, &found);

    if (!EFI_ERROR(status))
        return take_shell_arguments(parser, found);
    parser->options->origin = ORIGIN_BOOT;
    if (status != EFI_DEVICE_ERROR)
        status = protocol_find(parser->system, image, &loaded_guid, &found);
    if (!EFI_ERROR(status))
        return take_load_options(parser, found);
    return status == EFI_DEVICE_ERROR ? damaged(parser) : EFI_SUCCESS;
}

static void set_defaults(struct options *options)
{
    options->max_tries = VMCLOCK_MAX_TRIES_DEFAULT;
    options->help = 0;
    options->qemu_exit = 0;
    options->serve = 0;
    options->set_rtc = 0;
    options->quiet = 0;
    options->watch = 0;
    options->page_break = 0;
    options->json = 0;
    options->at_page = 0;
    options->origin = ORIGIN_SHELL;
    options->wait_sec = 0;
    options->page_phys = 0;
}

EFI_STATUS args_parse(EFI_HANDLE image, EFI_SYSTEM_TABLE *system, struct options *options)
{
    struct parser parser = {system, options, EXPECT_OPTION};
    EFI_STATUS status;

    set_defaults(options);
    status = take_arguments(&parser, image);
    return EFI_ERROR(status) ? status : finish(&parser);
}
