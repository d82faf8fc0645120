"""Generated pictures with a known truth, for measuring readers: VINs as they reach a support desk."""

from infra.pictures.corpus import LEVELS, Sample, corpus, write

__all__ = ["LEVELS", "Sample", "corpus", "write"]
