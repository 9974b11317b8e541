// SPDX-License-Identifier: BSD-2-Clause
// A table without any object.
// Expect: no-device
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "EMPTY   ", 1)
{

}
