/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socketfile.h - a socket of our own in the file system: what stands in its place, and what is removed.
 */
#ifndef LINUX_SOCKETFILE_H
#define LINUX_SOCKETFILE_H

#include <sys/types.h>
#include <sys/un.h>

/* Which file a socket was bound to, so that no other is removed. */
struct socketfile {
    dev_t device;
    ino_t inode; /* 0: none */
};

/* A connection to the socket there, close-on-exec and non-blocking if asked; -1 with errno set. */
int socketfile_connect(const struct sockaddr_un *address, int nonblocking);

/*
 * Makes sure that a socket can be bound there. Nothing is removed but a socket of our own user that
 * nobody listens on.
 *
 * Returns 0, or -1 having said why: somebody listens, or something else is there.
 */
int socketfile_clear(const struct sockaddr_un *address);

/* A socket bound there that only our user may connect to, listening; or -1 with errno set. */
int socketfile_listen(const struct sockaddr_un *address, struct socketfile *file);

/*
 * A connection to it, close-on-exec, with these flags of socket(2) besides; or -1. Where there is no
 * descriptor left whoever asked is turned away, so that nobody is woken for him again and again.
 */
int socketfile_accept(int listening, int flags);

/* Removes the file if it is still the one that was bound. */
void socketfile_remove(const struct sockaddr_un *address, struct socketfile *file);

#endif
