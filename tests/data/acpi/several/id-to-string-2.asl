// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "IDTOSTR2", 1)
{
    Name (\NONE, 0)
}
