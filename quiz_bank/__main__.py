"""`python -m quiz_bank check`: validates the bank, proves every key over 50 seeds, certifies the
variants, prints the coverage of the blueprint, and fails on any fault or hole."""

from __future__ import annotations

import sys

from quiz_bank.check import check, table
from quiz_bank.loader import BankError, load_bank


def main(arguments: list[str]) -> str:
    """The reason to fail, or an empty text."""
    if arguments != ["check"]:
        return "usage: python -m quiz_bank check"
    try:
        bank = load_bank()
    except BankError as error:
        return str(error)
    faults = list(check(bank))
    print(table(bank))
    print(f"\n{len(bank)} items, {sum(q.is_template for q in bank)} of them templates.")
    return "\n".join(["", f"{len(faults)} faults:", *faults]) if faults else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
