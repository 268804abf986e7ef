"""Who calls: XGBoost's and LightGBM's calling conventions, start values and metrics."""
