/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.h - what all guests have now, for who asks: in a file that is handed to him, so that a slow one keeps
 * nobody waiting; and for Prometheus, in a file.
 */
#ifndef PUBLISH_STATUS_H
#define PUBLISH_STATUS_H

#include "boot/linux/publish/publication.h"

#define STATUS_SOCKET "/run/vmclock-publish.status" /* with --all-kvm */

/* Makes the socket, if there is to be one. Returns 0, or -1 having said why. */
int status_open(struct publication *p);

/* Answers one who has connected. */
void status_serve(struct publication *p);

/* Writes the file for Prometheus, if there is to be one and it is time. */
void status_metrics(struct publication *p);

void status_end(struct publication *p);

/* Asks a publisher and prints its answer. Returns 0, or -1 having said why. */
int status_ask(const struct options *options);

#endif
