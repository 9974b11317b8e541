/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * property.h - what holds for every search, whatever it is given.
 */
#ifndef VMCLOCK_FUZZ_PROPERTY_H
#define VMCLOCK_FUZZ_PROPERTY_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

/* Ends the run as a finding, naming what does not hold. */
#define HOLDS(condition) ((condition) ? (void)0 : broken(#condition, __FILE__, __LINE__))
_Noreturn void broken(const char *condition, const char *file, int line);

/* Marks a result, and whether a failed call left it so. */
#define MARK 0xa5
int untouched(const void *result, size_t size);

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An exact copy of the bytes on the heap, for the address sanitizer; to be freed. */
uint8_t *exact_copy(const void *bytes, size_t size);

/* One driver on one input. The functions are called several times and start anew each time. */
struct search {
    int (*find)(void *input, struct vmclock_region *region);
    int (*find_all)(void *input, struct vmclock_region *regions, uint32_t capacity,
                    uint32_t *found);
    int (*enumerate)(void *input, vmclock_region_visit *visit, void *context);
    int (*is_documented)(int error); /* whether the driver's header names this error of a search */
    uint8_t source;                  /* enum vmclock_source */
    void *input;
};

/*
 * Documented errors only; regions that are not empty and do not wrap; results untouched on failure;
 * the same answer each time; find is the first, and find_all the different ones, of what enumerate
 * visits; nothing is visited after a visitor that wants no more. Returns what the search returns.
 */
int check_search(const struct search *search);

/* Whether two regions say the same, in every field. */
int same_region(const struct vmclock_region *a, const struct vmclock_region *b);

#endif
