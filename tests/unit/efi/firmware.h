/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware.h - a machine's firmware as far as vmclock-check asks it, in this program's memory: tables,
 * protocols, clock, console, the line for questions, and the page. Each test makes it as bad as it likes.
 */
#ifndef VMCLOCK_TESTS_EFI_FIRMWARE_H
#define VMCLOCK_TESTS_EFI_FIRMWARE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/protocol.h>
#include "boot/efi/machine.h"
#include "tests/unit/core/fixture.h"

/* The one firmware that there is. */
extern struct efi {
    EFI_SYSTEM_TABLE system;
    EFI_BOOT_SERVICES boot;
    EFI_RUNTIME_SERVICES runtime;
    EFI_CONFIGURATION_TABLE tables[2];
    SIMPLE_TEXT_OUTPUT_INTERFACE console;

    /* Protocols of our image: null, and it has none, with the status for that. */
    EFI_SHELL_PARAMETERS_PROTOCOL *shell;
    EFI_LOADED_IMAGE *loaded;
    EFI_STATUS shell_status, loaded_status;

    /* Protocols that any handle has: null, and it is not there. */
    EFI_SHELL_PROTOCOL *break_shell;
    struct vmclock_protocol *driver;
    unsigned page_break; /* the shell's is on */

    /* The keyboard: what it says from the first question on, a character each: 'k' a key, '-' none yet, 'x'
     * an error; none at the end of the text. keyless: there is none. */
    SIMPLE_INPUT_INTERFACE keyboard;
    const char *keys;
    void (*on_stall)(void);
    uint64_t stalled_us;

    /* The memory map's other range, of one page. */
    uint64_t range_phys;
    uint32_t range_type;
    EFI_STATUS map_status;
    UINTN map_step;

    /* The page, where ACPI says it is, and its counter: step is added at each read. */
    void *page;
    uint64_t ticks, step;
    unsigned reads;
    void (*on_read)(void);
    unsigned not_mapped; /* machine_can_read says no */
    uintptr_t asked_of;  /* what it was asked of last */
    size_t opened_bytes; /* what the page was opened with */

    /* The real-time clock: ahead of the page's UTC by so much. */
    int64_t rtc_ahead_ns;
    EFI_STATUS get_status, set_status;
    unsigned gets, sets;

    EFI_STATUS line_status;
    const char *asked; /* what comes in on the line: '-' for nothing yet, 'q' at its end */
    void (*on_ask)(void);

    EFI_STATUS pool_status;
    unsigned pools; /* taken and not given back */

    unsigned longest_piece; /* characters in one call of the console */
    /* What happened, in order: the console's text, and other things in angle brackets. */
    char said[65536];
} efi;

/* A good one: a page that tells UTC, no arguments, no line. */
void efi_start(void);

/* What ACPI says of the page: its address; 0: there is no device. */
void efi_acpi(uintptr_t page);

/* The arguments, words between single spaces, as the shell gives them. */
void efi_shell(const char *line);

/* The same as load options: ASCII text, and its 0 if whole. Each call has memory of its own. */
void efi_load_options(const char *text, size_t bytes);

/* Notes something in efi.said. */
void efi_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Asserts that efi.said has the first text, and the second somewhere after it. */
void efi_said_in_order(const char *first, const char *second);

/* The image's file is this one; after efi_load_options. */
void efi_loaded_from(const char *path);

/* There is a shell that stops at full screens. */
void efi_breaks(void);

/* vmclock-check, and the same with arguments as the shell gives them. */
EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);
EFI_STATUS efi_run(const char *line);

/* How often efi.said has the text. */
unsigned efi_count(const char *text);

/* Writes a field of the page. */
void efi_put(size_t at, size_t bytes, uint64_t value);

/* How a machine differs from a good one, what vmclock-check returns there, and the report's state. */
void efi_good(void);
void efi_no_device(void);
void efi_unreliable(void);
void efi_bad_magic(void);
void efi_in_update(void);
#define EFI_STATES 5 /* these, in this order */
extern const struct efi_state {
    void (*make)(void);
    EFI_STATUS status;
    const char *state;
} efi_states[EFI_STATES];

#endif
