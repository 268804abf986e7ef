"""How fast: vectorised elementary functions, the loops over rows, the threads that share them."""
