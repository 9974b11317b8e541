/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.c - what the user asked for.
 */
#include <vmclock/page.h>
#include "boot/efi/args.h"
#include "boot/efi/console.h"
#include "boot/efi/protocol.h"
#include "boot/report/number.h"

struct parser {
    EFI_SYSTEM_TABLE *system;
    struct options *options;
    uint8_t tries_expected; /* the next word is the number of --tries */
};

static int equals(const CHAR16 *word, size_t length, const char *name)
{
    size_t i = 0;

    while (i < length && name[i] && word[i] == (CHAR16)(unsigned char)name[i])
        i++;
    return i == length && !name[i];
}

static EFI_STATUS refuse(struct parser *parser, const char *what, const CHAR16 *word, size_t length)
{
    console_print(parser->system, "vmclock-check: ");
    console_print(parser->system, what);
    for (size_t i = 0; i < length; i++) {
        char letter = word[i] >= ' ' && word[i] <= '~' ? (char)word[i] : '?';

        console_write(parser->system, &letter, 1);
    }
    console_print(parser->system, "\nvmclock-check: try --help\n");
    return EFI_INVALID_PARAMETER;
}

/* The firmware says that there are arguments, and they are not there. */
static EFI_STATUS damaged(struct parser *parser)
{
    console_print(parser->system, "vmclock-check: the firmware's arguments are damaged\n");
    return EFI_DEVICE_ERROR;
}

static EFI_STATUS take_tries(struct parser *parser, const CHAR16 *word, size_t length)
{
    char text[24] = "";
    int64_t tries;

    for (size_t i = 0; i < length && i < sizeof(text) - 1; i++)
        text[i] = word[i] > 0 && word[i] <= '~' ? (char)word[i] : '?';
    if (length >= sizeof(text) || !number_parse(text, 1, UINT32_MAX, &tries))
        return refuse(parser, "--tries takes 1 to 4294967295, not ", word, length);
    parser->options->max_tries = (uint32_t)tries;
    parser->tries_expected = 0;
    return EFI_SUCCESS;
}

static EFI_STATUS take(struct parser *parser, const CHAR16 *word, size_t length)
{
    struct options *options = parser->options;

    if (parser->tries_expected)
        return take_tries(parser, word, length);
    if (equals(word, length, "--help") || equals(word, length, "-h"))
        options->help = 1;
    else if (equals(word, length, "--qemu-exit"))
        options->qemu_exit = 1;
    else if (equals(word, length, "--serve"))
        options->serve = 1;
    else if (equals(word, length, "--set-rtc"))
        options->set_rtc = 1;
    else if (equals(word, length, "--tries"))
        parser->tries_expected = 1;
    else
        return refuse(parser, "unknown option: ", word, length);
    return EFI_SUCCESS;
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
    if (status != EFI_DEVICE_ERROR)
        status = protocol_find(parser->system, image, &loaded_guid, &found);
    if (!EFI_ERROR(status))
        return take_load_options(parser, found);
    return status == EFI_DEVICE_ERROR ? damaged(parser) : EFI_SUCCESS;
}

EFI_STATUS args_parse(EFI_HANDLE image, EFI_SYSTEM_TABLE *system, struct options *options)
{
    struct parser parser = {system, options, 0};
    EFI_STATUS status;

    options->max_tries = VMCLOCK_MAX_TRIES_DEFAULT;
    options->help = 0;
    options->qemu_exit = 0;
    options->serve = 0;
    options->set_rtc = 0;
    status = take_arguments(&parser, image);
    if (!EFI_ERROR(status) && parser.tries_expected)
        status = refuse(&parser, "--tries needs a number", NULL, 0);
    return status;
}
