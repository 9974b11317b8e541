# SPDX-License-Identifier: BSD-2-Clause
"""The prover's harnesses as a compiler sees them."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import proofs


def said(*command, text=None):
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


class Harnesses(unittest.TestCase):
    def test_have_all_they_call(self):
        """What nobody defines gives any value to the prover, and writes nothing."""
        with tempfile.TemporaryDirectory() as name:
            tree, objects = proofs.Tree(pathlib.Path(name) / "tree"), []
            for proof in proofs.PROOFS:
                out = f"{name}/{proof.name}.o"
                tree.cut(proof.abstract)
                text = said("gcc", "-E", "-P", *proof.defines, f"-I{proofs.HERE}", *tree.includes,
                            proofs.HERE / proof.source)
                tree.mend(proof.abstract)
                text = re.sub(r"__CPROVER_bitvector\s*\[\d+\]", "__int128", text)
                builtin = {*re.findall(r"\b__CPROVER_\w+(?=\s*\()", text)}  # no later gcc calls what is not declared
                text = "".join(f"int {function}();\n" for function in builtin) + text
                said("gcc", "-std=gnu17", "-w", "-c", "-x", "c", "-", "-o", out, text=text)
                objects.append(out)
                self.assertTrue(proofs.state_of(proof.source, proof.defines))
            called = [line.split() for line in said("nm", "-A", "-u", "-P", *objects).splitlines()]
        self.assertEqual([words[:2] for words in called
                          if words[1] not in ("malloc", "free") and not words[1].startswith("__CPROVER_")], [])


if __name__ == "__main__":
    unittest.main()
