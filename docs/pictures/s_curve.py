"""Draws ``s_curve.svg``: how surely the bands of `dedupe` propose a pair, by its similarity.

Run it with the ``docs`` extra installed::

    python docs/pictures/s_curve.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from syndetect.candidates.lsh import choose_bands

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "syndetect", "font.size": 11, "svg.fonttype": "path"})

figure, axes = plt.subplots(figsize=(7, 4.2))
similarity = np.linspace(0, 1, 500)
for threshold, colour in ((0.5, "#4477aa"), (0.7, "#228833"), (0.8, "#ee6677"), (0.9, "#aa3377")):
    bands = choose_bands(threshold, num_perm=128, recall=0.99)
    recall = [bands.recall(value) for value in similarity]
    label = f"threshold {threshold}: {bands.count} bands of {bands.rows}"
    axes.plot(similarity, recall, color=colour, label=label)
    axes.plot([threshold], [bands.recall(threshold)], "o", color=colour, markersize=6)
axes.axhline(0.99, color="#999999", linewidth=0.8, linestyle="--")
axes.text(0.01, 0.955, "recall 0.99", color="#666666", fontsize=9)
axes.set(
    xlabel="Jaccard similarity of two articles",
    ylabel="probability of becoming a candidate",
    xlim=(0, 1),
    ylim=(0, 1.03),
)
axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=9)
for side in ("top", "right"):
    axes.spines[side].set_visible(False)
figure.tight_layout()
figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None})
