/* SPDX-License-Identifier: BSD-2-Clause */
/* Your unikernel: it knows the C library, and the C library knows the time. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#define TRIES 1000000u /* a host may start a machine before it knows the time */

int main(void)
{
    time_t now = time(NULL);

    for (unsigned tries = 1; now == (time_t)-1 && errno == ENODATA && tries < TRIES; tries++)
        now = time(NULL);
    if (now == (time_t)-1)
        perror("what time it is");
    else
        printf("It is %s", asctime(gmtime(&now)));
    return now == (time_t)-1;
}
