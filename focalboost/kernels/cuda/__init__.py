"""How fast, on a GPU: the same scalar mathematics in CUDA kernels, one thread a row."""
