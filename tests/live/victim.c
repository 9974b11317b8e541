/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process whose memory somebody would like to have overwritten: says where its parts are, and waits.
 *
 * "victim": as it was started. "victim become": all its user ids are its effective one, as su's are.
 * "victim drop": they are its real one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RAM_BYTES (32u << 20)
#define PAGE_BYTES 4096u

static char data[PAGE_BYTES] = "data";

/* A mapping that touches no other of its kind. */
static void *map(size_t bytes)
{
    char *all = mmap(NULL, bytes + 2 * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED || mprotect(all + PAGE_BYTES, bytes, PROT_READ | PROT_WRITE))
        exit(1);
    return all + PAGE_BYTES;
}

int main(int argc, char **argv)
{
    char local[PAGE_BYTES] = "stack";
    uid_t uid = argc > 1 && !strcmp(argv[1], "drop") ? getuid() : geteuid();

    if (argc > 1 && setresuid(uid, uid, uid) < 0)
        return 1;
    printf("page=%p ram=%p small=%p heap=%p stack=%p data=%p text=%p\n", map(PAGE_BYTES),
           map(RAM_BYTES), map(16 * PAGE_BYTES), malloc(PAGE_BYTES), (void *)local, (void *)data,
           (void *)(size_t)main);
    fflush(stdout);
    for (;;)
        pause();
}
