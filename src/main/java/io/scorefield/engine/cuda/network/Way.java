package io.scorefield.engine.cuda.network;

/// How a network is run.
public enum Way {
  /// Float32, the whole trajectory or pass in one launch.
  WHOLE,
  /// The same on tensor cores.
  TENSOR,
  /// The same by warpgroups.
  WARPGROUPS,
  /// The same for rows that only combine.
  AFFINE,
  /// A network program, float32, the whole trajectory or pass in one launch.
  PROGRAM,
  /// One layer a launch.
  LAYERS,
  /// The same, products by cuBLAS.
  CUBLAS;

  /// Whether every layer is a launch of its own.
  public boolean byLayers() {
    return this == LAYERS || this == CUBLAS;
  }
}
