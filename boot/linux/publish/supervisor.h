/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervisor.h - what systemd wants to know of a service: sd_notify(3), without its library. Nothing is done
 * where nobody asks.
 */
#ifndef PUBLISH_SUPERVISOR_H
#define PUBLISH_SUPERVISOR_H

#include <stdint.h>

/* "READY=1", "STOPPING=1". */
void supervisor_tell(const char *state);

/* To be called at each round: feeds the watchdog, if there is one and it is time. */
void supervisor_alive(void);

/* Until the next round that has to be; INT64_MAX: there is none. */
int64_t supervisor_left_ms(void);

#endif
