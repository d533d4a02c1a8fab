package io.scorefield.experiment.model;

import io.scorefield.data.DataSet;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// SHA-256 of data and of laws.
public final class Fingerprint {
  private Fingerprint() {}

  /// Of the laws' tape with its numbers in full.
  public static String of(Optional<Constraint> laws) {
    if (laws.isEmpty()) {
      return "";
    }
    Tape tape = laws.get().tape();
    String text =
        tape.rows() + Arrays.toString(tape.indices()) + Arrays.toString(tape.numbers());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Of the points as little-endian float32, and of their origin in float64 where there is one.
  public static String of(DataSet data) {
    float[] values = data.points();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      if (Arrays.stream(data.origin()).anyMatch(o -> o != 0)) {
        ByteBuffer origin = ByteBuffer.allocate(8 * data.dimension()).order(ByteOrder.LITTLE_ENDIAN);
        origin.asDoubleBuffer().put(data.origin());
        digest.update(origin.array());
      }
      ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < values.length; i++) {
        bytes.putFloat(values[i]);
        if (!bytes.hasRemaining() || i == values.length - 1) {
          digest.update(bytes.flip());
          bytes.clear();
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
