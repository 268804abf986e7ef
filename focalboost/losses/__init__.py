"""What is minimised: values, derivatives, curvature, intercept, posterior; no booster is known here."""
