"""Gradient-boosted trees with focal loss, for XGBoost and LightGBM."""

__version__ = "0.1.0.dev0"
