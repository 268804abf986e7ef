"""Print the accuracy of gradient and Hessian against 50 digits.

    python benchmarks/accuracy.py

Both labels, scores up to 700 in absolute value, each gamma. The columns give the largest error of the gradient,
relative where the true value is a normal number of the type (for float32 apart for true values above and below 1e-8),
and of the Hessian, relative to the size of its two terms, where exp(-|score|) is a normal number; "sound" says that
nothing is NaN, infinite or of a wrong sign.
"""

import numpy as np
from focal_reference import binary

from focalboost import BinaryFocalLoss

GAMMAS = (0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 2.3, 5.0, 10.0)


def scores(dtype: type[np.floating]) -> np.ndarray:
    """Return a grid that is dense around 0 and reaches 700."""
    grid = np.concatenate([np.linspace(-40, 40, 401), np.linspace(-700, 700, 281), np.geomspace(1e-8, 1, 25)])
    return np.unique(np.concatenate([grid, -grid])).astype(dtype)


def errors(gamma: float, dtype: type[np.floating]) -> dict[str, float | bool]:
    """Compare both derivatives with the reference."""
    z = scores(dtype)
    tiny = float(np.finfo(dtype).tiny)
    loss = BinaryFocalLoss(gamma, curvature="exact")
    worst = {"gradient": 0.0, "gradient below 1e-8": 0.0, "hessian": 0.0}
    sound = True
    for label in (0, 1):
        labels = np.full(z.size, label)
        gradient, _ = loss.gradient_hessian(labels, z)
        hessian = loss.exact_hessian(labels, z)
        sound &= bool(np.isfinite(gradient).all() and np.isfinite(hessian).all())
        for i in range(z.size):
            true = binary(label, z[i], gamma)
            size = abs(true.gradient)
            sound &= not (float(gradient[i]) * float(true.gradient) < 0)
            if size > 4 * tiny:
                kind = "gradient" if size >= 1e-8 else "gradient below 1e-8"
                worst[kind] = max(worst[kind], float(abs(float(gradient[i]) - true.gradient) / size))
            if true.hessian_size > 4 * tiny and abs(z[i]) < -np.log(tiny):
                error = float(abs(float(hessian[i]) - true.hessian) / true.hessian_size)
                worst["hessian"] = max(worst["hessian"], error)
    return worst | {"sound": sound}


def main() -> None:
    """Print the table."""
    print("| type | gamma | gradient | gradient below 1e-8 | Hessian | sound |\n|---|---|---|---|---|---|")
    for dtype in (np.float64, np.float32):
        for gamma in GAMMAS:
            row = errors(gamma, dtype)
            figures = " | ".join(f"{row[k]:.1e}" for k in ("gradient", "gradient below 1e-8", "hessian"))
            print(f"| {dtype.__name__} | {gamma} | {figures} | {'yes' if row['sound'] else 'NO'} |")


if __name__ == "__main__":
    main()
