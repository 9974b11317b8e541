/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.h - what the programs say, one line each, on stderr.
 */
#ifndef LINUX_EVENT_H
#define LINUX_EVENT_H

#include <stdbool.h>

/* The program's name at the start of each line; it is vmclock-publish until this is called. */
void event_program(const char *name);

#define EXIT_WRONG_USAGE 2

/* The text, printf-like, and "(see --help)"; ends the program. */
_Noreturn __attribute__((format(printf, 1, 2))) void usage_error(const char *format, ...);

/*
 * The guest that the lines from now on are about, kept by the caller for good; null: none in
 * particular. Returns the one before, to be set again by whoever comes in between.
 */
const char *event_guest(const char *name);

/*
 * "vmclock-publish: " ("vmclock-publish: [GUEST] ") and the text, printf-like. Bytes that are no printable
 * ASCII come out as \xNN, and from a text of more than about 470 bytes only the first ones with
 * how many more there are. Of one guest 200 lines are printed in 10 s, and 50 errors more; how many
 * were left out is said afterwards, as it is where nobody took a line.
 */
__attribute__((format(printf, 1, 2))) void event(const char *format, ...);

/*
 * "vmclock-publish: error: NAME: " and the text. Returns -1, so that a function can fail with it.
 *
 * name: one word, for programs: permission, file, qmp, state, accelerator, icount, arch, counter,
 * device, address, process, snapshot, migration, control, leaps, space, debugfs.
 */
__attribute__((format(printf, 2, 3))) int failure(const char *name, const char *format, ...);

/* Says what was left out and can be said by now. To be called now and then. */
void event_catch_up(void);

/* From now on failures are kept for last_failure, and not printed; or they are again. Returns what was before. */
bool event_quiet(bool quiet);

/* Prints the last failure, which was not. */
void repeat_failure(void);

/* Of a guest that is no more: its name, of event_guest, is the caller's again. */
void event_forget(const char *name);

#define FAILURE_BYTES 576

/* "NAME: text" of the last failure, one line. */
const char *last_failure(void);

/* Makes another text of FAILURE_BYTES the last failure's: what failed in between is not ours. */
void restore_failure(const char *text);

#endif
