package io.scorefield.distill;

/// Which samples' noise paths begin with.
///
/// @param first number of the first
record Draws(long seed, long first, int count) {}
