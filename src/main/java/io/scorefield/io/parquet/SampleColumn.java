package io.scorefield.io.parquet;

/// The column that says which sample a row is.
final class SampleColumn {
  /// Its name, here and where samples are made by Spark.
  static final String NAME = "sample";

  private SampleColumn() {}
}
