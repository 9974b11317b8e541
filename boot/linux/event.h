/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.h - what the publisher says, one line each, on stderr.
 */
#ifndef PUBLISH_EVENT_H
#define PUBLISH_EVENT_H

/* "vmclock-publish: " and the text, printf-like. */
__attribute__((format(printf, 1, 2))) void event(const char *format, ...);

/*
 * "vmclock-publish: error: NAME: " and the text. Returns -1, so that a function can fail with it.
 *
 * name: one word, for programs: permission, file, qmp, state, accelerator, icount, arch, counter.
 */
__attribute__((format(printf, 2, 3))) int failure(const char *name, const char *format, ...);

#endif
