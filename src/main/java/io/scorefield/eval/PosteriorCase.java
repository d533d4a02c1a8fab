package io.scorefield.eval;

import java.util.Optional;

/// A measurement, and the truth it is of where that is known.
///
/// @param truth `[D]` less the data's origin, empty where only y is given
/// @param measured y
public record PosteriorCase(Optional<double[]> truth, double[] measured) {}
