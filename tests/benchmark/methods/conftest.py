from dataclasses import dataclass, field

import numpy as np
import pytest


@dataclass
class Recorder:
    """A library that remembers what it was asked for, and whose raw score is the first feature."""

    name: str = "fake"
    custom_loss: bool = True
    asked: list = field(default_factory=list)

    def train(self, data, target, training, trees):
        self.asked.append((data, target, training, trees))
        return self

    def staged_scores(self, data, stops):
        for _ in stops:
            yield data.values[:, 0].astype(np.float64)


@pytest.fixture
def recorder():
    return Recorder
