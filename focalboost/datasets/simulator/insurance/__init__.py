"""Motor and household claims, some of them staged, inflated or invented."""
