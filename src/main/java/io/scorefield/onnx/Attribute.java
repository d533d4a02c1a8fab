package io.scorefield.onnx;

import io.scorefield.io.ProtoMessage;

/// A setting of a node: `AttributeProto`.
record Attribute(ProtoMessage message) {
  private static final int REAL = 1;
  private static final int WHOLE = 2;

  private static ProtoMessage named(String name, int type) {
    return new ProtoMessage().text(1, name).whole(20, type);
  }

  static Attribute whole(String name, long value) {
    return new Attribute(named(name, WHOLE).whole(3, value));
  }

  static Attribute real(String name, double value) {
    return new Attribute(named(name, REAL).single(2, (float) value));
  }
}
