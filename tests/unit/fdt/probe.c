/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers/fdt makes of a tree in a file, for the tests that are written in Python.
 *
 * Prints a line for each device, "ok PHYS LENGTH [irq CELL...]", and each refusal, its short name; at
 * the end "result NAME". Exits 0 unless it could not work.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <vmclock/error.h>
#include <vmclock/fdt.h>

static int show(void *context, int error, const struct vmclock_region *region)
{
    unsigned i;

    (void)context;
    if (error != 0) {
        printf("%s\n", vmclock_error_name(error));
        return 0;
    }
    printf("ok 0x%" PRIx64 " 0x%" PRIx64, region->phys, region->length);
    for (i = 0; i < region->interrupt_cells; i++)
        printf("%s 0x%" PRIx32, i == 0 ? " irq" : "", region->interrupt[i]);
    printf("\n");
    return 0;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    uint8_t *tree;
    long length;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) <= 0)
        return 2;
    rewind(file);
    tree = malloc((size_t)length);
    if (tree == NULL || fread(tree, 1, (size_t)length, file) != (size_t)length)
        return 2;
    fclose(file);
    printf("result %s\n",
           vmclock_error_name(vmclock_fdt_enumerate(tree, (size_t)length, show, NULL)));
    free(tree);
    return 0;
}
