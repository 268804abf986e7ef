"""Classifiers in the manner of scikit-learn: XGBoost's and LightGBM's own, trained with focal loss."""
