# Writes reference.safetensors with the format's own library: pip install safetensors numpy
import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "b": np.array([1.5, -2.25, np.inf], np.float32),
        "a.w": np.array([[1, 2], [3, 4]], np.float64),
        "n": np.array(7, np.int64),
        "i": np.array([-1, 2], np.int32),
        "t": np.array([True, False, True]),
        "e": np.zeros((0, 3), np.float32),
    },
    "src/test/resources/io/leibniz/nn/file/reference.safetensors",
    metadata={"who": "safetensors", "π": '✓ "q"\n'},
)
