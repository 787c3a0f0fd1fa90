"""Every deliberate error, one tree. Each says: problem (where). fix.

    BurnishError
    ├── UsageError           the command or setting makes no sense          exit 2
    ├── InputError           a file cannot be read or held                  exit 3
    │   └── SandboxError     the limited reader was stopped                 exit 3
    ├── MappingError         columns are not understood, or not confirmed   exit 4
    ├── ShopError            no shop here, older version, lost key          exit 5
    │   └── ShopBusyError    another writer is at work; try again           exit 5
    ├── VerifyError          rows or totals do not add up                   exit 7
    └── DamageError          stored data is not what was written            exit 8
        └── ContractError    a table does not have its promised columns     exit 8

Messages print keys, lines and column names; never what a person's column holds.
"""

from __future__ import annotations


class BurnishError(Exception):
    """Anything Burnish refuses on purpose: `problem (where). fix.`"""

    exit_code = 1

    def __init__(self, problem: str, where: str, fix: str) -> None:
        super().__init__(problem, where, fix)
        self.problem, self.where, self.fix = problem, where, fix

    def __str__(self) -> str:
        return f"{self.problem} ({self.where}). {self.fix}"


class UsageError(BurnishError):
    """The command or setting makes no sense."""

    exit_code = 2


class InputError(BurnishError):
    """A file cannot be read or held."""

    exit_code = 3


class SandboxError(InputError):
    """The limited reader was stopped: too much memory or time, or a forbidden call."""


class MappingError(BurnishError):
    """Columns are not understood, or their mapping was not confirmed."""

    exit_code = 4


class ShopError(BurnishError):
    """There is no shop here, it is of another version, or its key is lost."""

    exit_code = 5


class ShopBusyError(ShopError):
    """Another writer is at work; trying again later helps."""


class VerifyError(BurnishError):
    """Rows or totals do not add up."""

    exit_code = 7


class DamageError(BurnishError):
    """Stored data is not what was written; trying again does not help, a backup does."""

    exit_code = 8


class ContractError(DamageError):
    """A table lacks promised columns; all of them are named at once."""
