package io.scorefield.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes a C struct field by field, each at its natural alignment, in host memory of an arena.
public final class Struct {
  private final MemorySegment segment;
  private long at;

  /// A struct of so many bytes, all of which are to be written.
  public Struct(Arena arena, int bytes) {
    segment = arena.allocate(bytes, 8);
  }

  private Struct(MemorySegment segment) {
    this.segment = segment;
  }

  /// Writes to a piece of memory that is there already.
  public static Struct in(MemorySegment segment) {
    return new Struct(segment);
  }

  private long place(int bytes) {
    at = (at + bytes - 1) / bytes * bytes;
    long place = at;
    at += bytes;
    return place;
  }

  /// 32-bit integers.
  public Struct integers(int... values) {
    for (int value : values) {
      segment.set(ValueLayout.JAVA_INT, place(Integer.BYTES), value);
    }
    return this;
  }

  /// A 32-bit floating-point number.
  public Struct number(float value) {
    segment.set(ValueLayout.JAVA_FLOAT, place(Float.BYTES), value);
    return this;
  }

  /// 64-bit integers and addresses.
  public Struct longs(long... values) {
    for (long value : values) {
      segment.set(ValueLayout.JAVA_LONG, place(Long.BYTES), value);
    }
    return this;
  }

  /// Another struct, whose alignment is 8.
  public Struct struct(MemorySegment other) {
    at = (at + 7) / 8 * 8;
    MemorySegment.copy(other, 0, segment, at, other.byteSize());
    at += other.byteSize();
    return this;
  }

  /// The finished struct.
  ///
  /// @throws IllegalStateException when it is not full
  public MemorySegment done() {
    if ((at + 7) / 8 * 8 != segment.byteSize()) {
      throw new IllegalStateException("a struct of " + segment.byteSize() + " bytes has fields for " + at);
    }
    return segment;
  }
}
