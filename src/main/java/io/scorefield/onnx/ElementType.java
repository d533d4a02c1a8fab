package io.scorefield.onnx;

/// Types of numbers, with their codes in `TensorProto.DataType`.
enum ElementType {
  FLOAT(1),
  INT64(7),
  DOUBLE(11);

  private final int code;

  ElementType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
