import numpy as np

rng = np.random.default_rng(1)
p = rng.uniform(-1.7, 1.7, 4000)
energy = 0.5 + 0.1 * rng.standard_normal(4000)        # measured with an error
cosine = p**2 / 2 - energy
keep = np.abs(cosine) < 1
theta = np.arccos(cosine[keep]) * rng.choice([-1, 1], keep.sum())
np.savetxt("pendulum.csv", np.c_[theta, p[keep]], delimiter=",", header="theta,p", comments="")
