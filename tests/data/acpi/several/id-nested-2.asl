// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "IDNESTE2", 1)
{
    Name (\NONE, 0)
}
