/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * object.h - what a Name or a Method gives, as far as that is known without executing it.
 *
 * A method that fills in a template (CreateDWordField and a Store) is left to interpreters, even if it
 * does so with constants: no hypervisor's vmclock device has one, and to be sure of it takes the order
 * of all statements, which is execution.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_OBJECT_H
#define VMCLOCK_DRIVERS_ACPI_OBJECT_H

#include "drivers/acpi/token.h"

enum object {
    OBJECT_COMPUTED = 0,
    OBJECT_CONSTANT = 1, /* *value is the constant */
    OBJECT_NAMED = 2     /* value->segment is the name of the object that a method returns */
};

/*
 * What the Name or Method whose token, perhaps *value, was just read at the cursor gives. Moves behind the value of a
 * Name. A method is known if its body is "Return(constant)", "Name(X, constant) Return(X)" or
 * "Return(X)".
 */
enum object vmclock_object_value(struct vmclock_cursor *cursor, const struct vmclock_token *object,
                                 struct vmclock_token *value);

/* The same of the one that is defined at an offset, in a block up to end. */
enum object vmclock_object_at(const uint8_t *bytes, uint32_t at, uint32_t end,
                              struct vmclock_token *value);

/*
 * Whether that is a constant, or names the Name that is defined so far before end, if that has one;
 * before_end 0: none.
 */
int vmclock_object_constant(const uint8_t *bytes, uint32_t at, uint32_t end, uint32_t before_end,
                            struct vmclock_token *value);

/*
 * Sets the cursor to the bytes of such a constant that is a Buffer. Returns 0, VMCLOCK_ERR_UNSUPPORTED if it
 * is not known, VMCLOCK_ERR_RESOURCE if it is something else, or VMCLOCK_ERR_AML.
 */
int vmclock_object_buffer(const uint8_t *bytes, uint32_t at, uint32_t end, uint32_t before_end,
                          struct vmclock_cursor *cursor);

/* Whether a name is only read that stands behind two opcodes, the last one first. */
int vmclock_object_is_read(const uint16_t *opcodes);

#endif
