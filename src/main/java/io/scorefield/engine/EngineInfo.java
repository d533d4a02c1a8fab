package io.scorefield.engine;

/// What an engine is and runs on.
///
/// @param name "reference", "native" or "cuda"
/// @param device the processor in words
/// @param threads worker threads on the host
/// @param arithmetic the precision of the arithmetic, in words
public record EngineInfo(String name, String device, int threads, String arithmetic) {}
