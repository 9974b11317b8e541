/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * said.h - what the code under test says, kept in place of being printed, on a clock that is made up.
 */
#ifndef UNIT_PUBLISH_SAID_H
#define UNIT_PUBLISH_SAID_H

#include <stdint.h>

extern int64_t now_ms;  /* of wait_now_ms and wait_about_now_ms */
extern unsigned said;   /* events */
extern char heard[128]; /* the last one */
extern char failed[16]; /* the name of the last failure */

void said_nothing(void);

#endif
