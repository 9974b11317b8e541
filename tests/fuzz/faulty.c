/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target with a fault that only some inputs show, to see that a finding is told.
 */
#include "property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOLDS(size < 3 || data[0] != 'V' || data[1] != 'C' || data[2] != 'L');
    return 0;
}
