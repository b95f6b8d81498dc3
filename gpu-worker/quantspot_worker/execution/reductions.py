"""How Inductor sums rows, each in one place in memory: at once, where a row fits into a program's registers."""

from typing import TYPE_CHECKING

from torch._inductor.choices import InductorChoices
from torch._inductor.runtime.hints import ReductionHint
from torch._inductor.virtualized import V

if TYPE_CHECKING:
    from torch._inductor.codegen.simd_kernel_features import SIMDKernelFeatures

#: Numbers. Inductor's own limit is 1024, and reads a longer row once for its sums and again for what it makes of them;
#: a FLUX row has 3072.
_LONGEST_ROW = 4096


class RowsInRegisters(InductorChoices):
    def uuid(self) -> str:
        """For the names of what is kept on disk."""
        return f"rows of {_LONGEST_ROW}"

    @staticmethod
    def should_use_persistent_reduction(features: "SIMDKernelFeatures", cooperative_reduction: bool) -> bool:
        fits = features.get_reduction_hint() == ReductionHint.INNER and V.graph.sizevars.statically_known_leq(
            features.reduction_numel, _LONGEST_ROW
        )
        return fits or InductorChoices.should_use_persistent_reduction(features, cooperative_reduction)
