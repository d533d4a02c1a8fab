package io.scorefield.network.program;

/// A value in a program that is being built.
///
/// @param row its number
public record Value(int row, Space space, int width) {}
